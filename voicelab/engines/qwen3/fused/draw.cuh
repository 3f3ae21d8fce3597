// Drawing a token, done by one block.

namespace fused {

template <int THREADS>
struct Drawing {
    static constexpr int WARPS = THREADS / 32;

    float* few;  // shared memory, 2 * WARPS
    int warp, lane;

    // Sums over the block; `few` is written from `place` * WARPS on, so two calls with other places need no wait.
    __device__ float sum_of_block(float value, int place) {
        value = sum_of_warp(value);
        if (lane == 0) few[place * WARPS + warp] = value;
        __syncthreads();
        float sum = 0;
        for (int other = 0; other < WARPS; ++other) sum += few[place * WARPS + other];
        return sum;
    }

    // Draws a token as drawing.py does, by `number`, from 0 to 1.
    template <int VOCABULARY>
    __device__ int draw(const float* logits, const How& how, float temperature, float number) {
        constexpr int EACH = (VOCABULARY + THREADS - 1) / THREADS;
        const int start = threadIdx.x * EACH;
        float values[EACH], most = -INFINITY;
#pragma unroll
        for (int i = 0; i < EACH; ++i) {
            values[i] = start + i < VOCABULARY ? logits[start + i] : -INFINITY;
            if (!how.greedy) values[i] /= temperature;
            most = fmaxf(most, values[i]);
        }
        for (int other = 16; other > 0; other /= 2) most = fmaxf(most, __shfl_xor_sync(WARP, most, other));
        if (lane == 0) few[warp] = most;
        __syncthreads();
        for (int other = 0; other < WARPS; ++other) most = fmaxf(most, few[other]);
        __syncthreads();
        if (how.greedy) {
            int first = VOCABULARY;
#pragma unroll
            for (int i = EACH - 1; i >= 0; --i) {
                if (values[i] == most) first = start + i;
            }
            for (int other = 16; other > 0; other /= 2) first = min(first, __shfl_xor_sync(WARP, first, other));
            if (lane == 0) few[warp] = static_cast<float>(first);
            __syncthreads();
            for (int other = 0; other < WARPS; ++other) first = min(first, static_cast<int>(few[other]));
            __syncthreads();
            return first;
        }
        if (how.likeliest > 0 && how.likeliest < VOCABULARY) {
            // The order of the last one that is kept, bit by bit.
            unsigned last = 0;
            for (int bit = 31; bit >= 0; --bit) {
                const unsigned next = last | 1u << bit;
                float count = 0;
#pragma unroll
                for (int i = 0; i < EACH; ++i) count += order_of(values[i]) >= next && start + i < VOCABULARY;
                if (sum_of_block(count, bit % 2) >= how.likeliest) last = next;
            }
#pragma unroll
            for (int i = 0; i < EACH; ++i) {
                if (order_of(values[i]) < last) values[i] = -INFINITY;
            }
            __syncthreads();
        }
        float weights[EACH];
        if (how.nucleus > 0 && how.nucleus < 1) {
            float sum = 0;
#pragma unroll
            for (int i = 0; i < EACH; ++i) sum += weights[i] = expf(values[i] - most);
            const float all = sum_of_block(sum, 0);
            // The least order of which those below have no more than what may be left out.
            unsigned last = 0;
            for (int bit = 31; bit >= 0; --bit) {
                const unsigned next = last | 1u << bit;
                float below = 0;
#pragma unroll
                for (int i = 0; i < EACH; ++i) below += order_of(values[i]) < next ? weights[i] : 0;
                if (sum_of_block(below, bit % 2) / all <= 1 - how.nucleus) last = next;
            }
#pragma unroll
            for (int i = 0; i < EACH; ++i) {
                if (order_of(values[i]) < last) values[i] = -INFINITY;
            }
            __syncthreads();
        }
        float own = 0;
#pragma unroll
        for (int i = 0; i < EACH; ++i) own += weights[i] = expf(values[i] - most);
        float up_to = own;
        for (int other = 1; other < 32; other *= 2) {
            const float before = __shfl_up_sync(WARP, up_to, other);
            if (lane >= other) up_to += before;
        }
        if (lane == 31) few[warp] = up_to;
        __syncthreads();
        float below = __shfl_up_sync(WARP, up_to, 1), all = 0;
        if (lane == 0) below = 0;
        for (int other = 0; other < WARPS; ++other) {
            if (other == warp) below += all;
            all += few[other];
        }
        // The last token that the number reaches: one that is kept, whatever the sums' last bits are.
        int found = 0;
#pragma unroll
        for (int i = 0; i < EACH; ++i) {
            if (weights[i] > 0 && below <= number * all) found = start + i;
            below += weights[i];
        }
        for (int other = 16; other > 0; other /= 2) found = max(found, __shfl_xor_sync(WARP, found, other));
        if (lane == 0) few[WARPS + warp] = static_cast<float>(found);
        __syncthreads();
        for (int other = 0; other < WARPS; ++other) found = max(found, static_cast<int>(few[WARPS + other]));
        __syncthreads();
        return found;
    }
};

}  // namespace fused
