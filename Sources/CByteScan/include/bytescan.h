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

// A set of words of three bytes, any of which is looked for at once.
//
// `masks` says of each of the three places which bytes may stand there, for two times eight groups of words: sixteen bytes
// for the lower half of a byte and sixteen for the upper one, a bit of each for every group. A place where one bit is left
// is looked up in `words`, a set of hashes (bytescan_word_hash), so that hardly a place is given in vain.
typedef struct {
    const uint8_t *masks;  // 2 * 3 * 32 bytes
    const uint8_t *words;  // 4096 bytes, one bit for each hash
    uint64_t passed;       // a longer word that is none, though it begins like one: up to eight bytes as they lie in memory
    uint64_t passed_mask;  // the bits of it that count; never none
} bytescan_words;

BYTESCAN uint32_t bytescan_word_hash(uint32_t first, uint32_t second, uint32_t third) {
    return ((first | second << 8 | third << 16) * 0x9E3779B1u) >> 17;
}

// Whether the bytes at `at` are one of the words, or look like one: one place in a hundred does.
BYTESCAN int bytescan_is_word(const bytescan_words words, const uint8_t *bytes, size_t at) {
    const uint32_t hash = bytescan_word_hash(bytes[at], bytes[at + 1], bytes[at + 2]);
    return words.words[hash >> 3] >> (hash & 7) & 1;
}

// Where one of the words stands next, at or after from; count when there is none. Thirty-two places at a time where the
// processor has AVX2.
size_t bytescan_next_word(bytescan_words words, const uint8_t *bytes, size_t from, size_t count);

#endif
