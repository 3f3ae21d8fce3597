// What the steps of a frame are made of.
//
// A row's numbers never depend on how many rows there are: every sum runs in an order of its own. Activations are
// float32 throughout; weights, keys and values have the model's type T, or 8 or 4 bits with a scale and a bias (of type
// T) for each group, as MLX quantizes. Names in capitals are known when the kernel is compiled.

namespace fused {

constexpr unsigned WARP = 0xffffffffu;
constexpr int PENALIZED = 64;  // how many of a row's last tokens the repetition penalty looks at: drawing.py, WINDOW

#ifndef VOICELAB_ON_A_CPU  // the tests compile this file for a CPU, with these two of their own
__device__ inline void release(unsigned* number) {
    asm volatile("red.release.gpu.global.add.u32 [%0], 1;" ::"l"(number) : "memory");
}

__device__ inline unsigned acquire(const unsigned* number) {
    unsigned value;
    asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(value) : "l"(number) : "memory");
    return value;
}
#endif

// Where all blocks wait for each other. They must all be on the device at once: one a multiprocessor, and no more.
struct Meeting {
    unsigned* arrived;  // zero when the kernel begins; the one after it counts those that have left
    unsigned due;

    __device__ void operator()() {
        __syncthreads();
        if (threadIdx.x == 0) {
            due += gridDim.x;
            release(arrived);
            while (acquire(arrived) < due) {
            }
        }
        __syncthreads();
    }

    // To be called by every block at its end, so that the next kernel finds zeros.
    __device__ void leave() {
        if (threadIdx.x == 0 && atomicAdd(arrived + 1, 1u) == gridDim.x - 1) arrived[0] = arrived[1] = 0;
    }
};

// A linear map without its bias: weights of shape (outputs, inputs), of type T or packed; scales and biases of shape
// (outputs, groups), or null.
template <typename T>
struct Matrix {
    const void* weights;
    const T* scales;
    const T* biases;
};

// The layers of the talker or of the code predictor, each array with a first axis for the layers.
template <typename T>
struct Stack {
    Matrix<T> attend, close, open, down;  // queries, keys and values; the output; gate and up; down
    const T *before, *after;              // the norms in front of attention and of the MLP
    const T *asking, *answering;          // the norms of queries and of keys
    const float* frequencies;             // of turning by position, half a head of them
    float eps;
};

// How tokens are drawn: the likeliest one, or one of so many of the likeliest (0: of all), and of these one of the fewest
// that have the probability `nucleus` together (1: of all).
struct How {
    bool greedy;
    int likeliest;
    float nucleus;
};

template <int SIZE_, int INNER_, int HEADS_, int KV_HEADS_, int HEAD_, int SPLITS_>
struct Sizes {
    static constexpr int SIZE = SIZE_, INNER = INNER_, HEADS = HEADS_, KV_HEADS = KV_HEADS_, HEAD = HEAD_;
    static constexpr int SPLITS = SPLITS_;  // blocks that share a head's positions
    static constexpr int PROJECTED = (HEADS + 2 * KV_HEADS) * HEAD, HEARD = HEADS * HEAD;
};

template <typename T, int COUNT>
struct alignas(sizeof(T) * COUNT) Several {
    T values[COUNT];
};

// Four weights of the 16 bytes `packed`, those at 4 * piece. A whole number q below 2^23 is 2^23 + q's last bits.
template <int BITS>
__device__ inline void unpack(const uint4& packed, int piece, float* weights) {
    const unsigned words[4] = {packed.x, packed.y, packed.z, packed.w};
#pragma unroll
    for (int i = 0; i < 4; ++i) {
        if constexpr (BITS == 32) {
            weights[i] = __uint_as_float(words[i]);
        } else if constexpr (BITS == 16) {
            const unsigned word = words[2 * piece + i / 2];
            weights[i] = __uint_as_float(i % 2 ? word & 0xffff0000u : word << 16);
        } else {
            constexpr unsigned ONES = (1u << BITS) - 1;
            const unsigned word = words[piece * BITS / 8] >> (BITS * (4 * piece % (32 / BITS) + i));
            weights[i] = __uint_as_float(0x4b000000u | (word & ONES)) - 8388608.0f;
        }
    }
}

template <typename T>
__device__ inline float rounded(float value) {
    return static_cast<float>(static_cast<T>(value));
}

__device__ inline float sum_of_warp(float value) {
    for (int other = 16; other > 0; other /= 2) value += __shfl_xor_sync(WARP, value, other);
    return value;
}

// The hash that mlx.random is made of: Threefry 2x32 with 20 rounds (Salmon et al., 2011).
__device__ inline uint2 threefry(uint2 key, uint2 count) {
    const unsigned keys[3] = {key.x, key.y, key.x ^ key.y ^ 0x1bd11bdau};
    const unsigned turns[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
    unsigned x = count.x + keys[0], y = count.y + keys[1];
#pragma unroll
    for (int i = 0; i < 5; ++i) {
#pragma unroll
        for (int j = 0; j < 4; ++j) {
            x += y;
            y = (y << turns[i % 2][j]) | (y >> (32 - turns[i % 2][j]));
            y ^= x;
        }
        x += keys[(i + 1) % 3];
        y += keys[(i + 2) % 3] + i + 1;
    }
    return uint2{x, y};
}

// A whole number that is in the order of the floating ones.
__device__ inline unsigned order_of(float value) {
    const unsigned bits = __float_as_uint(value);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

}  // namespace fused
