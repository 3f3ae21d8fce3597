// As much of CUDA as the kernel of a frame needs, on a CPU: a block is a thread of the system, and its threads take
// turns in it, each until it waits. Blocks are really concurrent; a warp's exchanges need all of its threads, as on a GPU.
#pragma once

#include <setjmp.h>
#include <ucontext.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#define VOICELAB_ON_A_CPU
#define __device__
#define __shared__ static thread_local

using std::max;
using std::min;

struct uint2 {
    unsigned x, y;
};
struct alignas(16) uint4 {
    unsigned x, y, z, w;
};
struct alignas(16) float4 {
    float x, y, z, w;
};
struct Index {
    unsigned x;
};

inline float __uint_as_float(unsigned bits) {
    float value;
    std::memcpy(&value, &bits, 4);
    return value;
}
inline unsigned __float_as_uint(float value) {
    unsigned bits;
    std::memcpy(&bits, &value, 4);
    return bits;
}

struct __nv_bfloat16 {
    uint16_t bits;
    __nv_bfloat16() = default;
    explicit __nv_bfloat16(float value) {  // to the nearest, and to the even one of two
        const unsigned whole = __float_as_uint(value);
        bits = static_cast<uint16_t>((whole + 0x7fff + (whole >> 16 & 1)) >> 16);
    }
    explicit operator float() const { return __uint_as_float(static_cast<unsigned>(bits) << 16); }
};

inline thread_local Index threadIdx, blockIdx, gridDim, blockDim;

namespace on_cpu {

struct Waiting {
    unsigned arrived = 0, passed = 0;
};

// A thread of a block: its first turn is a context with a stack of its own. Later ones are jumps, which cost no system call.
struct Turns {
    ucontext_t first;
    jmp_buf place;
    bool begun = false, over = false;
    std::unique_ptr<char[]> stack;
};

struct Block {
    jmp_buf scheduler;
    std::vector<Turns> threads;
    std::vector<Waiting> warps;
    std::vector<uint64_t> exchanged;
    std::vector<float> shared;
    Waiting all;
    std::function<void()> work;
};

inline thread_local Block* block;

inline void yield() {
    if (!_setjmp(block->threads[threadIdx.x].place)) _longjmp(block->scheduler, 1);
}

inline void wait(Waiting& waiting, unsigned count) {
    const unsigned passed = waiting.passed;
    if (++waiting.arrived == count) {
        waiting.arrived = 0;
        ++waiting.passed;
    } else {
        while (waiting.passed == passed) yield();
    }
}

inline void begin() {
    block->work();
    block->threads[threadIdx.x].over = true;
    yield();
}

// Runs `work` once for every thread of every block.
inline void launch(unsigned blocks, unsigned threads, size_t shared_bytes, const std::function<void()>& work) {
    std::vector<std::thread> running;
    for (unsigned number = 0; number < blocks; ++number) {
        running.emplace_back([=] {
            constexpr size_t STACK = 1 << 18;
            Block own;
            block = &own;
            gridDim = {blocks};
            blockDim = {threads};
            blockIdx = {number};
            own.threads = std::vector<Turns>(threads);
            own.warps.resize(threads / 32);
            own.exchanged.resize(threads);
            own.shared.assign(shared_bytes / 4, NAN);
            own.work = work;
            for (bool live = true; live;) {
                live = false;
                for (unsigned i = 0; i < threads; ++i) {
                    Turns& one = own.threads[i];
                    if (one.over) continue;
                    live = true;
                    threadIdx = {i};
                    if (_setjmp(own.scheduler)) continue;
                    if (one.begun) _longjmp(one.place, 1);
                    one.begun = true;
                    one.stack.reset(new char[STACK]);
                    getcontext(&one.first);
                    one.first.uc_stack.ss_sp = one.stack.get();
                    one.first.uc_stack.ss_size = STACK;
                    makecontext(&one.first, begin, 0);
                    setcontext(&one.first);
                }
            }
        });
    }
    for (std::thread& one : running) one.join();
}

template <typename V>
V exchange(V value, unsigned from) {
    Block& own = *block;
    const unsigned warp = threadIdx.x / 32;
    std::memcpy(&own.exchanged[threadIdx.x], &value, sizeof(V));
    wait(own.warps[warp], 32);
    std::memcpy(&value, &own.exchanged[warp * 32 + from], sizeof(V));
    wait(own.warps[warp], 32);
    return value;
}

}  // namespace on_cpu

inline void __syncthreads() { on_cpu::wait(on_cpu::block->all, blockDim.x); }

template <typename V>
V __shfl_xor_sync(unsigned, V value, int other) {
    return on_cpu::exchange(value, (threadIdx.x % 32) ^ other);
}
template <typename V>
V __shfl_up_sync(unsigned, V value, int other) {
    const unsigned lane = threadIdx.x % 32;
    return on_cpu::exchange(value, lane >= static_cast<unsigned>(other) ? lane - other : lane);
}
template <typename V>
V __ldg(const V* address) {
    return *address;
}
inline float rsqrtf(float value) { return 1 / std::sqrt(value); }
inline unsigned atomicAdd(unsigned* number, unsigned more) {
    return reinterpret_cast<std::atomic<unsigned>*>(number)->fetch_add(more);
}

namespace fused {
inline void release(unsigned* number) { reinterpret_cast<std::atomic<unsigned>*>(number)->fetch_add(1); }
inline unsigned acquire(const unsigned* number) {
    const unsigned value = reinterpret_cast<const std::atomic<unsigned>*>(number)->load();
    std::this_thread::yield();
    return value;
}
}  // namespace fused
