/* The kernels on the processor, for tests: a grid of threads is two loops. */

#include <stddef.h>
#include <tgmath.h>

struct dimension {
    unsigned x;
};

static _Thread_local struct dimension blockIdx, blockDim, threadIdx;

#define KERNEL static void
#define HELPER static inline

#include "kernels.cu"

#define ON_HOST(kernel)                                                                                                    \
    void kernel##_on_host(const struct Step *step, unsigned blocks, unsigned threads) {                                    \
        blockDim.x = threads;                                                                                              \
        for (blockIdx.x = 0; blockIdx.x < blocks; blockIdx.x++)                                                            \
            for (threadIdx.x = 0; threadIdx.x < threads; threadIdx.x++)                                                    \
                kernel(*step);                                                                                             \
    }

ON_HOST(lstm_forward)
ON_HOST(lstm_backward)
ON_HOST(gru_forward)
ON_HOST(gru_backward)
ON_HOST(rnn_forward)
ON_HOST(rnn_backward)

size_t size_of_step(void) {
    return sizeof(struct Step);
}
