#ifndef BYTESCAN_H
#define BYTESCAN_H

// Sixteen bytes at a time: what Swift's own SIMD types do not compile well enough for yet.
//
// Each function looks at bytes[from..<count] and at nothing else. Where the processor has no SSE2, eight bytes are looked
// at in one word.

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define BYTESCAN static inline __attribute__((always_inline, unused))

BYTESCAN uint64_t bytescan_word(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    return word;
}

// The top bit of each byte that is zero; the lowest one is exact.
BYTESCAN uint64_t bytescan_zeros(uint64_t word) {
    return (word - 0x0101010101010101u) & ~word & 0x8080808080808080u;
}

BYTESCAN uint64_t bytescan_repeat(uint8_t byte) { return byte * 0x0101010101010101u; }

// Where the first quote, backslash, control character or byte above ASCII stands; count when there is none.
BYTESCAN size_t bytescan_special(const uint8_t *bytes, size_t from, size_t count) {
    size_t at = from;
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), space = _mm_set1_epi8(' ');
    while (at + 16 <= count) {
        const __m128i part = _mm_loadu_si128((const __m128i *)(bytes + at));
        // As signed numbers, bytes above ASCII are below zero, and so below the space as control characters are.
        const __m128i hits = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(part, quote), _mm_cmpeq_epi8(part, slash)), _mm_cmplt_epi8(part, space));
        const int mask = _mm_movemask_epi8(hits);
        if (mask) return at + (size_t)__builtin_ctz((unsigned)mask);
        at += 16;
    }
#elif defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    while (at + 8 <= count) {
        const uint64_t word = bytescan_word(bytes + at);
        const uint64_t hits = (bytescan_zeros(word ^ bytescan_repeat('"')) | bytescan_zeros(word ^ bytescan_repeat('\\'))
            | ((word - bytescan_repeat(' ')) & ~word) | word) & 0x8080808080808080u;
        if (hits) return at + (size_t)(__builtin_ctzll(hits) >> 3);
        at += 8;
    }
#endif
    while (at < count && bytes[at] != '"' && bytes[at] != '\\' && bytes[at] >= 0x20 && bytes[at] < 0x80) at++;
    return at;
}

// Copies up to the first backslash, or up to count, and gives where that is. The target must have room for count - from
// bytes; up to sixteen of them may be written that do not count.
BYTESCAN size_t bytescan_copy_plain(uint8_t *target, const uint8_t *bytes, size_t from, size_t count) {
    size_t at = from;
#if defined(__SSE2__)
    const __m128i slash = _mm_set1_epi8('\\');
    while (at + 16 <= count) {
        const __m128i part = _mm_loadu_si128((const __m128i *)(bytes + at));
        _mm_storeu_si128((__m128i *)(target + (at - from)), part);
        const int mask = _mm_movemask_epi8(_mm_cmpeq_epi8(part, slash));
        if (mask) return at + (size_t)__builtin_ctz((unsigned)mask);
        at += 16;
    }
#endif
    while (at < count && bytes[at] != '\\') {
        target[at - from] = bytes[at];
        at++;
    }
    return at;
}

// Where `sk-` or `rer` (of "Bearer") ends next, at its last byte; count when neither stands at or after from. A place in
// the last bytes may be given that is neither.
BYTESCAN size_t bytescan_secret_mark(const uint8_t *bytes, size_t from, size_t count) {
    size_t at = from < 2 ? 2 : from;
#if defined(__SSE2__)
    const __m128i s = _mm_set1_epi8('s'), k = _mm_set1_epi8('k'), dash = _mm_set1_epi8('-');
    const __m128i r = _mm_set1_epi8('r'), e = _mm_set1_epi8('e');
    while (at + 16 <= count) {
        const __m128i last = _mm_loadu_si128((const __m128i *)(bytes + at));
        const __m128i middle = _mm_loadu_si128((const __m128i *)(bytes + at - 1));
        const __m128i first = _mm_loadu_si128((const __m128i *)(bytes + at - 2));
        const __m128i key = _mm_and_si128(
            _mm_and_si128(_mm_cmpeq_epi8(first, s), _mm_cmpeq_epi8(middle, k)), _mm_cmpeq_epi8(last, dash));
        const __m128i bearer = _mm_and_si128(
            _mm_and_si128(_mm_cmpeq_epi8(first, r), _mm_cmpeq_epi8(middle, e)), _mm_cmpeq_epi8(last, r));
        const int mask = _mm_movemask_epi8(_mm_or_si128(key, bearer));
        if (mask) return at + (size_t)__builtin_ctz((unsigned)mask);
        at += 16;
    }
#endif
    while (at < count && bytes[at] != '-' && bytes[at] != 'r') at++;
    return at < count ? at : count;
}

#endif
