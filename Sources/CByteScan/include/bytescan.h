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

// What must stand around three bytes for one of the words to be there: eight bytes as they lie in memory, from two before the
// three on, and the bits of them that count.
typedef struct {
    uint64_t bytes, mask;
} bytescan_surroundings;

// Eight bytes that stand so far from the first of the three, and the bits of them that count.
typedef struct {
    uint64_t bytes, mask;
    int32_t offset;  // from -BYTESCAN_BEFORE to BYTESCAN_BEHIND - 8
} bytescan_exception;

// What exceptions may look at: bytes before the first of the three, and from it on.
#define BYTESCAN_BEFORE 7
#define BYTESCAN_BEHIND 10

// A set of words of which three bytes are looked for, any of which at once.
//
// `masks` says which bytes may stand there, for two times eight groups of words: sixteen bytes for the lower half of each of
// the three bytes, and sixteen for the lower half of what lies in the middle between the second and the third, which tells
// pairs apart. Each has a bit for every group. A place where one bit is left is looked up in `hashes` (bytescan_word_hash),
// and what stands around it in `surroundings`, so that hardly a place is given in vain.
typedef struct {
    const uint8_t *masks;                        // 2 * 4 * 16 bytes
    const uint8_t *hashes;                       // BYTESCAN_WORD_HASHES bytes: a number in `surroundings`, or 0
    const bytescan_surroundings *surroundings;
    const bytescan_exception *exceptions;        // what makes one of the words none
    size_t exception_count;
} bytescan_words;

#define BYTESCAN_WORD_HASHES 16384

// The hash of three bytes, as they lie in the lower part of a word: its upper byte makes no difference.
BYTESCAN uint32_t bytescan_hash(uint32_t word) { return (word * 0x9E377900u) >> 18; }

BYTESCAN uint32_t bytescan_word_hash(uint32_t first, uint32_t second, uint32_t third) {
    return bytescan_hash(first | second << 8 | third << 16);
}

// Where one of the words stands next, at or after from; count when there is none. Thirty-two places at a time where the
// processor has AVX2.
size_t bytescan_next_word(const bytescan_words *words, const uint8_t *bytes, size_t from, size_t count);

// MARK: runs of text that is searched (SearchRuns.swift)

// What a byte adds to a run: itself, a capital as its small letter; nothing where it ends the run, controls, brackets, quotes,
// commas, colons, slashes and all beyond ASCII.
extern const uint8_t bytescan_run_letters[256];

BYTESCAN uint8_t bytescan_run_letter(uint8_t byte) { return bytescan_run_letters[byte]; }

// Copies what goes on a run up to the byte that does not, or to count, and gives where that is. The target must have room for
// count - from bytes.
BYTESCAN size_t bytescan_copy_run(uint8_t *target, const uint8_t *bytes, size_t from, size_t count) {
    size_t at = from;
    for (uint8_t letter; at < count && (letter = bytescan_run_letters[bytes[at]]) != 0; at++) target[at - from] = letter;
    return at;
}

// How far bytes were cut into runs.
typedef struct {
    size_t read;      // where the byte stands that is the caller's to take
    size_t written;   // bytes in the target
    size_t start;     // where in the target the run begins that has not ended; PTRDIFF_MAX where it began before
    int ends_number;  // whether a run ended there that may be a number, and is the caller's to end
} bytescan_runs;

// Cuts bytes into runs, each with a zero behind it, up to count or to what is the caller's to take: bytes beyond ASCII,
// backslashes and controls where `is_wire` says so, and the end of what may be a number where `tells_numbers` does. `has_begun`
// says that the first run goes on one from before. The target must have room for count - from bytes.
bytescan_runs bytescan_cut_runs(
    uint8_t *target, const uint8_t *bytes, size_t from, size_t count, int has_begun, int is_wire, int tells_numbers);

#endif
