// A layer, done by all blocks of one kernel together: norms, products, attention.

namespace fused {

template <int ROWS, int BITS, int GROUP, int THREADS, typename T>
struct Device {
    static constexpr int WARPS = THREADS / 32, CHUNK = 128 / BITS, PIECES = CHUNK / 4;

    Meeting meet;
    float* wide;  // shared memory for the inputs of a product, or what attention and draws need
    float* few;   // shared memory, WARPS * max(ROWS, 2)
    int warp, lane;

    // Where `multiply` reads an input: those that the lanes of a warp read at once lie next to each other.
    template <int INPUTS>
    __device__ static int place(int input) {
        return (input % CHUNK / 4 * (INPUTS / CHUNK) + input / CHUNK) * 4 + input % 4;
    }

    // Lays out `value(row, input)` for `multiply`.
    template <int INPUTS, typename Value>
    __device__ void lay(Value value) {
        for (int input = threadIdx.x; input < INPUTS; input += THREADS) {
#pragma unroll
            for (int row = 0; row < ROWS; ++row) wide[row * INPUTS + place<INPUTS>(input)] = value(row, input);
        }
        __syncthreads();
    }

    // Lays out the root mean square norm of `source`, shape (rows, INPUTS); `keep` takes its values, too.
    template <int INPUTS, typename Keep>
    __device__ void lay_normed(const float* source, const T* weight, float eps, Keep keep) {
        constexpr int EACH = (INPUTS + THREADS - 1) / THREADS;
        float values[ROWS][EACH];
#pragma unroll
        for (int row = 0; row < ROWS; ++row) {
            float squares = 0;
#pragma unroll
            for (int i = 0; i < EACH; ++i) {
                const int input = threadIdx.x + i * THREADS;
                values[row][i] = input < INPUTS ? source[row * INPUTS + input] : 0;
                squares += values[row][i] * values[row][i];
            }
            squares = sum_of_warp(squares);
            if (lane == 0) few[warp * ROWS + row] = squares;
        }
        __syncthreads();
#pragma unroll
        for (int row = 0; row < ROWS; ++row) {
            float squares = 0;
            for (int other = 0; other < WARPS; ++other) squares += few[other * ROWS + row];
            const float factor = rsqrtf(squares / INPUTS + eps);
#pragma unroll
            for (int i = 0; i < EACH; ++i) {
                const int input = threadIdx.x + i * THREADS;
                if (input >= INPUTS) continue;
                const float value = values[row][i] * factor * static_cast<float>(weight[input]);
                wide[row * INPUTS + place<INPUTS>(input)] = value;
                keep(row, input, value);
            }
        }
        __syncthreads();
    }

    // Calls `use(output, row, sums)` once for each output below OUTPUTS / PARTS and each row, with PARTS products of the
    // inputs that were laid out: those of the outputs `output`, `output` + OUTPUTS / PARTS, ...
    template <int OUTPUTS, int INPUTS, int PARTS, typename Use>
    __device__ void multiply(const Matrix<T>& matrix, Use use) {
        constexpr int CHUNKS = INPUTS / CHUNK, APART = OUTPUTS / PARTS;
        const uint4* weights = static_cast<const uint4*>(matrix.weights);
        const float4* inputs = reinterpret_cast<const float4*>(wide);
        for (int output = warp * gridDim.x + blockIdx.x; output < APART; output += WARPS * gridDim.x) {
            float sums[PARTS][ROWS] = {};
#pragma unroll 2
            for (int chunk = lane; chunk < CHUNKS; chunk += 32) {
                uint4 packed[PARTS];
                float scale[PARTS], bias[PARTS];
#pragma unroll
                for (int part = 0; part < PARTS; ++part) {
                    const size_t index = output + part * APART;
                    packed[part] = __ldg(weights + index * CHUNKS + chunk);
                    if constexpr (BITS < 16) {
                        const size_t group = index * (INPUTS / GROUP) + chunk * CHUNK / GROUP;
                        scale[part] = static_cast<float>(matrix.scales[group]);
                        bias[part] = static_cast<float>(matrix.biases[group]);
                    }
                }
#pragma unroll
                for (int piece = 0; piece < PIECES; ++piece) {
                    float4 read[ROWS];
#pragma unroll
                    for (int row = 0; row < ROWS; ++row) read[row] = inputs[(row * PIECES + piece) * CHUNKS + chunk];
#pragma unroll
                    for (int part = 0; part < PARTS; ++part) {
                        float weight[4];
                        unpack<BITS>(packed[part], piece, weight);
                        if constexpr (BITS < 16) {
#pragma unroll
                            for (int i = 0; i < 4; ++i) weight[i] = fmaf(weight[i], scale[part], bias[part]);
                        }
#pragma unroll
                        for (int row = 0; row < ROWS; ++row) {
                            float& sum = sums[part][row];
                            sum = fmaf(weight[0], read[row].x, sum);
                            sum = fmaf(weight[1], read[row].y, sum);
                            sum = fmaf(weight[2], read[row].z, sum);
                            sum = fmaf(weight[3], read[row].w, sum);
                        }
                    }
                }
            }
#pragma unroll
            for (int row = 0; row < ROWS; ++row) {
                float found[PARTS];
#pragma unroll
                for (int part = 0; part < PARTS; ++part) found[part] = sum_of_warp(sums[part][row]);
                if (lane == row) use(output, row, found);
            }
        }
    }

    // Attention of one new position a row: writes its keys and values to `known`, shape (2, ROWS, KV_HEADS, slots,
    // HEAD), and what was heard to `heard`, shape (ROWS, HEADS, SPLITS, HEAD + 2): not yet divided by the total weight,
    // which comes last, after the logarithm of its unit.
    template <typename S, typename Position>
    __device__ void attend(
        const Stack<T>& stack, int layer, const float* projected, T* known, int slots, Position position_of, float* heard) {
        constexpr int ASKING = S::HEADS / S::KV_HEADS, HEAD = S::HEAD, PART = (HEAD + 31) / 32, VECTORS = ASKING + 2;
        constexpr int AT_ONCE = S::SPLITS * WARPS;  // positions
        float* const plain = wide;
        float* const turned = plain + VECTORS * HEAD;
        float* const mosts = turned + VECTORS * HEAD;
        float* const totals = mosts + WARPS * ASKING;
        float* const parts = totals + WARPS * ASKING;
        for (int task = blockIdx.x; task < ROWS * S::KV_HEADS * S::SPLITS; task += gridDim.x) {
            const int split = task % S::SPLITS, group = task / S::SPLITS % S::KV_HEADS;
            const int row = task / (S::SPLITS * S::KV_HEADS), position = position_of(row);
            for (int vector = warp; vector < VECTORS; vector += WARPS) {
                // The queries that share a key, the key, the value.
                const int head = vector < ASKING ? group * ASKING + vector
                                                 : S::HEADS + group + (vector - ASKING) * S::KV_HEADS;
                const float* source = projected + (size_t)row * S::PROJECTED + head * HEAD;
                const T* norm = (vector < ASKING ? stack.asking : stack.answering) + layer * HEAD;
                float values[PART], squares = 0;
#pragma unroll
                for (int i = 0; i < PART; ++i) {
                    const int place = lane + 32 * i;
                    values[i] = place < HEAD ? source[place] : 0;
                    squares += values[i] * values[i];
                }
                const float factor = rsqrtf(sum_of_warp(squares) / HEAD + stack.eps);
#pragma unroll
                for (int i = 0; i < PART; ++i) {
                    const int place = lane + 32 * i;
                    if (place >= HEAD) continue;
                    const bool is_value = vector > ASKING;
                    plain[vector * HEAD + place] =
                        is_value ? values[i] : values[i] * factor * static_cast<float>(norm[place]);
                }
            }
            __syncthreads();
            T* const keys = known + ((size_t)row * S::KV_HEADS + group) * slots * HEAD;
            T* const values = keys + (size_t)ROWS * S::KV_HEADS * slots * HEAD;
            for (int i = threadIdx.x; i < VECTORS * HEAD; i += THREADS) {
                const int vector = i / HEAD, place = i % HEAD;
                const bool first = place < HEAD / 2;
                const float angle = position * stack.frequencies[place % (HEAD / 2)];
                const float other = first ? -plain[i + HEAD / 2] : plain[i - HEAD / 2];
                const float value = plain[i] * rounded<T>(cosf(angle)) + other * rounded<T>(sinf(angle));
                const size_t slot = (size_t)position * HEAD + place;
                if (vector < ASKING) {
                    turned[i] = value / sqrtf(HEAD);
                } else if (position % AT_ONCE / WARPS == split) {
                    if (vector == ASKING) keys[slot] = static_cast<T>(value);
                    else values[slot] = static_cast<T>(plain[i]);
                }
            }
            __syncthreads();
            float asked[ASKING][PART], sums[ASKING][PART], most[ASKING], total[ASKING];
#pragma unroll
            for (int head = 0; head < ASKING; ++head) {
                most[head] = -1e30f;
                total[head] = 0;
#pragma unroll
                for (int i = 0; i < PART; ++i) {
                    asked[head][i] = lane * PART + i < HEAD ? turned[head * HEAD + lane * PART + i] : 0;
                    sums[head][i] = 0;
                }
            }
#pragma unroll 4
            for (int other = split * WARPS + warp; other <= position; other += AT_ONCE) {
                Several<T, PART> key = {}, value = {};
                if (lane * PART < HEAD) {
                    key = *reinterpret_cast<const Several<T, PART>*>(keys + (size_t)other * HEAD + lane * PART);
                    value = *reinterpret_cast<const Several<T, PART>*>(values + (size_t)other * HEAD + lane * PART);
                }
#pragma unroll
                for (int head = 0; head < ASKING; ++head) {
                    float score = 0;
#pragma unroll
                    for (int i = 0; i < PART; ++i) score += asked[head][i] * static_cast<float>(key.values[i]);
                    score = sum_of_warp(score);
                    const float above = fmaxf(most[head], score);
                    const float kept = expf(most[head] - above), weight = expf(score - above);
                    total[head] = total[head] * kept + weight;
#pragma unroll
                    for (int i = 0; i < PART; ++i) {
                        sums[head][i] = sums[head][i] * kept + weight * static_cast<float>(value.values[i]);
                    }
                    most[head] = above;
                }
            }
#pragma unroll
            for (int head = 0; head < ASKING; ++head) {
                if (lane == 0) {
                    mosts[warp * ASKING + head] = most[head];
                    totals[warp * ASKING + head] = total[head];
                }
#pragma unroll
                for (int i = 0; i < PART; ++i) {
                    const int place = lane * PART + i;
                    if (place < HEAD) parts[(warp * ASKING + head) * HEAD + place] = sums[head][i];
                }
            }
            __syncthreads();
            for (int i = threadIdx.x; i < ASKING * HEAD; i += THREADS) {
                const int head = i / HEAD, place = i % HEAD;
                float above = -1e30f, sum = 0, weights = 0;
                for (int other = 0; other < WARPS; ++other) above = fmaxf(above, mosts[other * ASKING + head]);
                for (int other = 0; other < WARPS; ++other) {
                    const float weight = expf(mosts[other * ASKING + head] - above);
                    sum += weight * parts[(other * ASKING + head) * HEAD + place];
                    weights += weight * totals[other * ASKING + head];
                }
                float* out = heard + (((size_t)row * S::HEADS + group * ASKING + head) * S::SPLITS + split) * (HEAD + 2);
                out[place] = sum;
                if (place == 0) {
                    out[HEAD] = above;
                    out[HEAD + 1] = weights;
                }
            }
            __syncthreads();
        }
    }

    // Lays out what `attend` left in `heard`.
    template <typename S>
    __device__ void lay_heard(const float* heard) {
        lay<S::HEARD>([&](int row, int input) {
            const float* split = heard + ((size_t)row * S::HEADS + input / S::HEAD) * S::SPLITS * (S::HEAD + 2);
            float above = -1e30f, sum = 0, weights = 0;
#pragma unroll
            for (int i = 0; i < S::SPLITS; ++i) above = fmaxf(above, split[i * (S::HEAD + 2) + S::HEAD]);
#pragma unroll
            for (int i = 0; i < S::SPLITS; ++i) {
                const float* part = split + i * (S::HEAD + 2);
                const float weight = expf(part[S::HEAD] - above);
                sum += weight * part[input % S::HEAD];
                weights += weight * part[S::HEAD + 1];
            }
            return sum / weights;
        });
    }

    // The matrix of a layer, of shape (OUTPUTS, INPUTS).
    template <int OUTPUTS, int INPUTS>
    __device__ static Matrix<T> of_layer(const Matrix<T>& every, int layer) {
        const size_t weights = (size_t)layer * OUTPUTS * INPUTS * BITS / 8;
        const size_t groups = BITS < 16 ? (size_t)layer * OUTPUTS * (INPUTS / GROUP) : 0;
        return {static_cast<const char*>(every.weights) + weights, every.scales + groups, every.biases + groups};
    }

    // One layer for one new position a row: reads `source` and writes `stream`, both of shape (ROWS, SIZE). With
    // `remember_only` it stops once keys and values are known.
    template <typename S, typename Position>
    __device__ void read(const Stack<T>& stack, int layer, const float* source, float* stream, T* known, int slots,
                         Position position_of, float* room, bool remember_only) {
        float* const projected = room;
        float* const heard = projected + ROWS * S::PROJECTED;
        float* const inner = heard + ROWS * S::HEADS * S::SPLITS * (S::HEAD + 2);
        lay_normed<S::SIZE>(source, stack.before + layer * S::SIZE, stack.eps, [](int, int, float) {});
        multiply<S::PROJECTED, S::SIZE, 2>(
            of_layer<S::PROJECTED, S::SIZE>(stack.attend, layer), [&](int output, int row, const float* sums) {
                projected[row * S::PROJECTED + output] = sums[0];
                projected[row * S::PROJECTED + output + S::PROJECTED / 2] = sums[1];
            });
        meet();
        attend<S>(stack, layer, projected, known + (size_t)layer * 2 * ROWS * S::KV_HEADS * slots * S::HEAD, slots,
                  position_of, heard);
        if (remember_only) return;
        meet();
        lay_heard<S>(heard);
        multiply<S::SIZE, S::HEARD, 1>(
            of_layer<S::SIZE, S::HEARD>(stack.close, layer), [&](int output, int row, const float* sums) {
                stream[row * S::SIZE + output] = source[row * S::SIZE + output] + sums[0];
            });
        meet();
        lay_normed<S::SIZE>(stream, stack.after + layer * S::SIZE, stack.eps, [](int, int, float) {});
        multiply<2 * S::INNER, S::SIZE, 2>(
            of_layer<2 * S::INNER, S::SIZE>(stack.open, layer), [&](int output, int row, const float* sums) {
                inner[row * S::INNER + output] = sums[0] / (1 + expf(-sums[0])) * sums[1];
            });
        meet();
        lay<S::INNER>([&](int row, int input) { return inner[row * S::INNER + input]; });
        multiply<S::SIZE, S::INNER, 1>(
            of_layer<S::SIZE, S::INNER>(stack.down, layer), [&](int output, int row, const float* sums) {
                stream[row * S::SIZE + output] += sums[0];
            });
        meet();
    }
};

}  // namespace fused
