/* One step of one direction of a recurrent layer, forward and backward: what stands between the products.
 *
 * It is CUDA C and, with a few names defined beforehand, C11 as well: the tests compile this very file for the processor.
 * REAL is float or double. One thread computes one unit of one sequence.
 *
 * Where a sequence of B ends is in `lengths`. After its end it keeps the state that it has; backwards in time that is
 * before its first step.
 */

#ifdef __CUDACC__
#define KERNEL extern "C" __global__ void
#define HELPER static __device__ __forceinline__
#endif

/* The same as `Step` in arguments.rs. */
struct Step {
    REAL *own;                     /* what the kernel writes; forward: the saved numbers, backward: the gradients */
    const REAL *inputs;            /* forward: the weighted inputs of all steps, [T, B, blocks H] */
    const REAL *recurrent;         /* forward: the weighted states [B, blocks H]; backward: the gradient of the state from
                                      the step after this one [B, H], null for the last */
    const REAL *bias_ih, *bias_hh; /* forward: [blocks H] each, or null */
    const REAL *saved;             /* backward: the saved numbers */
    const REAL *d_output;          /* backward: the gradient of the output, [T, B, output_stride] */
    const unsigned *lengths;       /* [B], or null */
    unsigned steps, batch, hidden;
    unsigned step;                 /* the place in time, from 0 */
    unsigned reverse;              /* 1 if time runs backwards */
    unsigned activation;           /* of a simple layer: 0 tanh, 1 ReLU, 2 sigmoid */
    unsigned output_stride, output_offset;
};

/* The saved numbers are [T + 1, parts, B, H]. There is a slot for each step and, at the end where time begins, one for the
 * initial state. The gradients are [areas, T, B, blocks H], then those of the state [B, H], and of the cell state [B, H]. */

HELPER int ended(const struct Step *s, size_t row) {
    return s->lengths && s->step >= s->lengths[row];
}

HELPER size_t slot_after(const struct Step *s) {
    return (size_t)s->step + (s->reverse ? 0 : 1);
}

HELPER size_t slot_before(const struct Step *s) {
    return (size_t)s->step + (s->reverse ? 1 : 0);
}

/* The row of this step in one of `blocks` blocks of H columns. */
HELPER size_t in_block(const struct Step *s, size_t row, size_t unit, size_t block, size_t blocks) {
    return (((size_t)s->step * s->batch + row) * blocks + block) * s->hidden + unit;
}

HELPER REAL weighted_input(const struct Step *s, size_t row, size_t unit, size_t block, size_t blocks) {
    const REAL sum = s->inputs[in_block(s, row, unit, block, blocks)];
    return s->bias_ih ? sum + s->bias_ih[block * s->hidden + unit] : sum;
}

HELPER REAL weighted_state(const struct Step *s, size_t row, size_t unit, size_t block, size_t blocks) {
    const REAL sum = s->recurrent[(row * blocks + block) * s->hidden + unit];
    return s->bias_hh ? sum + s->bias_hh[block * s->hidden + unit] : sum;
}

HELPER REAL weighted(const struct Step *s, size_t row, size_t unit, size_t block, size_t blocks) {
    return weighted_input(s, row, unit, block, blocks) + weighted_state(s, row, unit, block, blocks);
}

HELPER REAL sigmoid(REAL a) {
    return (REAL)1 / ((REAL)1 + exp(-a));
}

HELPER REAL through_sigmoid(REAL d, REAL value) {
    return d * value * ((REAL)1 - value);
}

HELPER REAL through_tanh(REAL d, REAL value) {
    return d * ((REAL)1 - value * value);
}

/* The gradient of the state after this step, but for what the output of this step adds. */
HELPER REAL d_state_from_later(const struct Step *s, const REAL *d_h, size_t n) {
    return s->recurrent ? *d_h + s->recurrent[n] : *d_h;
}

HELPER REAL d_output_of(const struct Step *s, size_t row, size_t unit) {
    return s->d_output[((size_t)s->step * s->batch + row) * s->output_stride + s->output_offset + unit];
}

/* Begins each kernel: this thread's number, sequence and unit. `part` is the size of [B, H]. */
#define THIS_UNIT                                                                                                          \
    const size_t part = (size_t)s.batch * s.hidden;                                                                        \
    const size_t n = (size_t)blockIdx.x * blockDim.x + threadIdx.x;                                                        \
    if (n >= part) return;                                                                                                 \
    const size_t row = n / s.hidden, unit = n % s.hidden;

/* Saved: i, f, g, o, c, h. */
KERNEL lstm_forward(const struct Step s) {
    THIS_UNIT
    REAL *after = s.own + slot_after(&s) * 6 * part + n;
    const REAL *before = s.own + slot_before(&s) * 6 * part + n;
    if (ended(&s, row)) {
        after[4 * part] = before[4 * part];
        after[5 * part] = before[5 * part];
        return;
    }
    const REAL i = sigmoid(weighted(&s, row, unit, 0, 4));
    const REAL f = sigmoid(weighted(&s, row, unit, 1, 4));
    const REAL g = tanh(weighted(&s, row, unit, 2, 4));
    const REAL o = sigmoid(weighted(&s, row, unit, 3, 4));
    const REAL c = f * before[4 * part] + i * g;
    after[0] = i;
    after[part] = f;
    after[2 * part] = g;
    after[3 * part] = o;
    after[4 * part] = c;
    after[5 * part] = o * tanh(c);
}

KERNEL lstm_backward(const struct Step s) {
    THIS_UNIT
    const REAL *after = s.saved + slot_after(&s) * 6 * part + n;
    const REAL *before = s.saved + slot_before(&s) * 6 * part + n;
    REAL *gradient = s.own + in_block(&s, row, unit, 0, 4);
    REAL *d_h = s.own + (size_t)s.steps * 4 * part + n;
    REAL *d_c = d_h + part;
    const size_t block = s.hidden;
    REAL dh = d_state_from_later(&s, d_h, n);
    if (ended(&s, row)) {
        gradient[0] = gradient[block] = gradient[2 * block] = gradient[3 * block] = 0;
        *d_h = dh;
        return;
    }
    dh += d_output_of(&s, row, unit);
    const REAL i = after[0], f = after[part], g = after[2 * part], o = after[3 * part];
    const REAL tanh_c = tanh(after[4 * part]);
    const REAL dc = *d_c + through_tanh(dh * o, tanh_c);
    gradient[0] = through_sigmoid(dc * g, i);
    gradient[block] = through_sigmoid(dc * before[4 * part], f);
    gradient[2 * block] = through_tanh(dc * i, g);
    gradient[3 * block] = through_sigmoid(dh * tanh_c, o);
    *d_h = 0;
    *d_c = dc * f;
}

/* Saved: r, z, n, the recurrent part of n, h. */
KERNEL gru_forward(const struct Step s) {
    THIS_UNIT
    REAL *after = s.own + slot_after(&s) * 5 * part + n;
    const REAL h = s.own[(slot_before(&s) * 5 + 4) * part + n];
    if (ended(&s, row)) {
        after[4 * part] = h;
        return;
    }
    const REAL r = sigmoid(weighted(&s, row, unit, 0, 3));
    const REAL z = sigmoid(weighted(&s, row, unit, 1, 3));
    const REAL recurrent = weighted_state(&s, row, unit, 2, 3);
    const REAL candidate = tanh(weighted_input(&s, row, unit, 2, 3) + r * recurrent);
    after[0] = r;
    after[part] = z;
    after[2 * part] = candidate;
    after[3 * part] = recurrent;
    after[4 * part] = ((REAL)1 - z) * candidate + z * h;
}

/* Two areas of gradients: of what comes from the input, and of what comes from the state. */
KERNEL gru_backward(const struct Step s) {
    THIS_UNIT
    const REAL *after = s.saved + slot_after(&s) * 5 * part + n;
    const REAL h = s.saved[(slot_before(&s) * 5 + 4) * part + n];
    const size_t area = (size_t)s.steps * 3 * part, block = s.hidden;
    REAL *of_input = s.own + in_block(&s, row, unit, 0, 3);
    REAL *of_state = of_input + area;
    REAL *d_h = s.own + 2 * area + n;
    REAL dh = d_state_from_later(&s, d_h, n);
    if (ended(&s, row)) {
        of_input[0] = of_input[block] = of_input[2 * block] = 0;
        of_state[0] = of_state[block] = of_state[2 * block] = 0;
        *d_h = dh;
        return;
    }
    dh += d_output_of(&s, row, unit);
    const REAL r = after[0], z = after[part], candidate = after[2 * part], recurrent = after[3 * part];
    const REAL d_candidate = through_tanh(dh * ((REAL)1 - z), candidate);
    of_input[0] = of_state[0] = through_sigmoid(d_candidate * recurrent, r);
    of_input[block] = of_state[block] = through_sigmoid(dh * (h - candidate), z);
    of_input[2 * block] = d_candidate;
    of_state[2 * block] = d_candidate * r;
    *d_h = dh * z;
}

/* Saved: h. */
KERNEL rnn_forward(const struct Step s) {
    THIS_UNIT
    REAL *after = s.own + slot_after(&s) * part + n;
    if (ended(&s, row)) {
        *after = s.own[slot_before(&s) * part + n];
        return;
    }
    const REAL a = weighted(&s, row, unit, 0, 1);
    /* A NaN is not below 0, and comes through. */
    *after = s.activation == 0 ? tanh(a) : s.activation == 1 ? (a <= 0 ? 0 : a) : sigmoid(a);
}

KERNEL rnn_backward(const struct Step s) {
    THIS_UNIT
    REAL *gradient = s.own + in_block(&s, row, unit, 0, 1);
    REAL *d_h = s.own + (size_t)s.steps * part + n;
    REAL dh = d_state_from_later(&s, d_h, n);
    if (ended(&s, row)) {
        *gradient = 0;
        *d_h = dh;
        return;
    }
    dh += d_output_of(&s, row, unit);
    const REAL h = s.saved[slot_after(&s) * part + n];
    *gradient = s.activation == 0 ? through_tanh(dh, h) : s.activation == 1 ? (h <= 0 ? 0 : dh) : through_sigmoid(dh, h);
    *d_h = 0;
}
