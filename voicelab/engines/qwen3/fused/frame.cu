// A frame of 80 ms for every row, as the body of one kernel: the names in capitals and T are put before it, as constants.
//
// A row's codes are drawn from `logits`, one after the other by the code predictor, and the talker reads them. One
// block draws for a row; everything else is done by all blocks. `known`, the talker's keys and values, shape
// (LAYERS, 2, ROWS, KV_HEADS, slots, HEAD), and `arrived` are written in place.

using namespace fused;
using Large = Sizes<SIZE, INNER, HEADS, KV_HEADS, HEAD, SPLITS>;
using Small = Sizes<SMALL_SIZE, SMALL_INNER, SMALL_HEADS, SMALL_KV_HEADS, SMALL_HEAD, 1>;
constexpr int WARPS = THREADS / 32, PLACES = CODES + 1;
constexpr bool PROJECTED = SIZE != SMALL_SIZE;

extern __shared__ float shared[];
__shared__ float few[WARPS * (ROWS > 2 ? ROWS : 2)];
__shared__ unsigned keys_used[CODES][2];
__shared__ int positions[ROWS];
Device<ROWS, BITS, GROUP, THREADS, T> device = {
    {const_cast<unsigned*>(arrived), 0}, shared, few, (int)threadIdx.x / 32, (int)threadIdx.x % 32};
Drawing<THREADS> drawing = {few, device.warp, device.lane};
const Stack<T> large = {
    {large_attend, large_attend_scales, large_attend_biases},
    {large_close, large_close_scales, large_close_biases},
    {large_open, large_open_scales, large_open_biases},
    {large_down, large_down_scales, large_down_biases},
    large_before, large_after, large_asking, large_answering, large_frequencies, constants[0]};
const Stack<T> small = {
    {small_attend, small_attend_scales, small_attend_biases},
    {small_close, small_close_scales, small_close_biases},
    {small_open, small_open_scales, small_open_biases},
    {small_down, small_down_scales, small_down_biases},
    small_before, small_after, small_asking, small_answering, small_frequencies, constants[1]};
const How how = {constants[2] > 0, (int)constants[3], constants[4]};
T* const cache = const_cast<T*>(known);

float* const next = work;                         // what the talker or the predictor reads next
float* const total = next + ROWS * SIZE;          // the sum of a frame's embeddings
float* const entered = total + ROWS * SIZE;       // `next` in the predictor's size, where that is another one
float* const stream = entered + ROWS * SMALL_SIZE;
float* const scores = stream + ROWS * (SIZE > SMALL_SIZE ? SIZE : SMALL_SIZE);
float* const room = scores + ROWS * SMALL_VOCABULARY;
const int row = blockIdx.x;
const bool draws = row < ROWS;
// Read once: MLX keeps arrays of up to 8 bytes in the host's memory, which is far away.
const float divisor = draws ? temperature[row] : 1;
const int slots = (int)constants[5];
// A row whose take is over goes on until the batch is arranged anew: past the end of its slots it writes the last one.
if (threadIdx.x < ROWS) positions[threadIdx.x] = min(offset[threadIdx.x], slots - 1);

// Draws the code at `place`, writes it down, and lets its embedding be read next.
auto draw_at = [&](int place, const float* from, const T* embeddings) {
    float number = 0;
    if (!how.greedy) {
        const unsigned bits = threefry({keys_used[place][0], keys_used[place][1]}, {0, 0}).x;
        number = fminf((float)bits / 4294967296.0f, 0.99999994f);
    }
    int code;
    if (place == 0) code = drawing.template draw<VOCABULARY>(from, how, divisor, number);
    else code = drawing.template draw<SMALL_VOCABULARY>(from, how, divisor, number);
    if (threadIdx.x == 0) codes[row * CODES + place] = code;
    for (int i = threadIdx.x; i < SIZE; i += THREADS) {
        const float value = static_cast<float>(embeddings[(size_t)code * SIZE + i]);
        const float sum = (place == 0 ? 0 : total[row * SIZE + i]) + value;
        total[row * SIZE + i] = sum;
        next[row * SIZE + i] = place == CODES - 1 ? static_cast<float>(pad[i]) + sum : value;
    }
    return code;
};

if (draws) {
    if (threadIdx.x == 0 && !how.greedy) {
        // As often as the library draws: the state is split, one half is used and the other kept.
        uint2 key = {keys[2 * row], keys[2 * row + 1]};
        for (int place = 0; place < CODES; ++place) {
            const uint2 a = threefry(key, {0, 2}), b = threefry(key, {1, 3});
            key = {a.x, b.x};
            keys_used[place][0] = a.y;
            keys_used[place][1] = b.y;
        }
        keys_after[2 * row] = key.x;
        keys_after[2 * row + 1] = key.y;
    } else if (threadIdx.x == 0) {
        keys_after[2 * row] = keys[2 * row];
        keys_after[2 * row + 1] = keys[2 * row + 1];
    }
    for (int i = threadIdx.x; i < VOCABULARY; i += THREADS) {
        shared[i] = allowed[i] ? logits[row * VOCABULARY + i] : -INFINITY;
    }
    __syncthreads();
    float penalized = 0;
    const int said = threadIdx.x < PENALIZED ? last[row * PENALIZED + threadIdx.x] : 0;
    if (threadIdx.x < PENALIZED) penalized = shared[said] < 0 ? shared[said] * penalty[row] : shared[said] / penalty[row];
    __syncthreads();
    if (threadIdx.x < PENALIZED) shared[said] = penalized;
    __syncthreads();
    const int code = draw_at(0, shared, embeddings);
    if (threadIdx.x < PENALIZED) {
        last_after[row * PENALIZED + threadIdx.x] =
            threadIdx.x == PENALIZED - 1 ? code : last[row * PENALIZED + threadIdx.x + 1];
    }
    if (threadIdx.x == 0) offset_after[row] = offset[row] + 1;
}
device.meet();

T* const remembered = reinterpret_cast<T*>(
    room + ROWS * (Small::PROJECTED + SMALL_HEADS * (SMALL_HEAD + 2) + SMALL_INNER));
for (int place = 0; place < CODES; ++place) {
    // First the talker's last hidden state, then the codes' embeddings.
    const float* source = place == 0 ? hidden : next;
    if constexpr (PROJECTED) {
        device.template lay<SIZE>([&](int row, int input) { return source[row * SIZE + input]; });
        device.template multiply<SMALL_SIZE, SIZE, 1>(
            {enter, enter_scales, enter_biases}, [&](int output, int row, const float* sums) {
                entered[row * SMALL_SIZE + output] = sums[0] + static_cast<float>(enter_bias[output]);
            });
        device.meet();
        source = entered;
    }
    for (int layer = 0; layer < SMALL_LAYERS; ++layer) {
        device.template read<Small>(
            small, layer, layer == 0 ? source : stream, stream, remembered, PLACES, [&](int) { return place; }, room,
            place == 0 && layer == SMALL_LAYERS - 1);
    }
    if (place == 0) {
        device.meet();
        continue;
    }
    device.template lay_normed<SMALL_SIZE>(stream, small_norm, constants[1], [](int, int, float) {});
    device.template multiply<SMALL_VOCABULARY, SMALL_SIZE, 2>(
        device.template of_layer<SMALL_VOCABULARY, SMALL_SIZE>({small_head, small_head_scales, small_head_biases}, place - 1),
        [&](int output, int row, const float* sums) {
            scores[row * SMALL_VOCABULARY + output] = sums[0];
            scores[row * SMALL_VOCABULARY + output + SMALL_VOCABULARY / 2] = sums[1];
        });
    device.meet();
    if (draws) {
        draw_at(place, scores + row * SMALL_VOCABULARY, small_embeddings + (size_t)(place - 1) * SMALL_VOCABULARY * SIZE);
    }
    device.meet();
}

for (int layer = 0; layer < LAYERS; ++layer) {
    device.template read<Large>(
        large, layer, layer == 0 ? next : stream, stream, cache, slots, [&](int row) { return positions[row]; }, room,
        false);
}
device.template lay_normed<SIZE>(stream, large_norm, constants[0], [&](int row, int input, float value) {
    if (blockIdx.x == 0) hidden_after[row * SIZE + input] = value;
});
device.template multiply<VOCABULARY, SIZE, 2>(
    {large_head, large_head_scales, large_head_biases}, [&](int output, int row, const float* sums) {
        logits_after[row * VOCABULARY + output] = sums[0];
        logits_after[row * VOCABULARY + output + VOCABULARY / 2] = sums[1];
    });
device.meet.leave();
