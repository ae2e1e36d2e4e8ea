#include "bytescan.h"

// Whether a longer word stands there that begins like one of them and is none. Looks at eight bytes.
static inline int is_passed(bytescan_words words, const uint8_t *bytes) {
    return ((bytescan_word(bytes) ^ words.passed) & words.passed_mask) == 0;
}

static size_t next_word_plain(bytescan_words words, const uint8_t *bytes, size_t from, size_t count) {
    size_t at = from;
    while (at + 3 <= count) {
        if (bytescan_is_word(words, bytes, at) && !(at + 8 <= count && is_passed(words, bytes + at))) return at;
        at++;
    }
    return count;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define WITH_AVX2 __attribute__((target("avx2")))

// The groups whose words may have these bytes at one of the three places.
WITH_AVX2 static inline __m256i groups_at(const uint8_t *masks, __m256i part) {
    const __m256i half = _mm256_set1_epi8(15);
    const __m256i low = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)masks));
    const __m256i high = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(masks + 16)));
    return _mm256_and_si256(
        // The upper bits of a byte of ASCII do not count here, and of any other none of the groups is left.
        _mm256_shuffle_epi8(low, part),
        _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(part, 4), half)));
}

// The groups, of eight, that may have a word of these three bytes.
WITH_AVX2 static inline __m256i groups_of(const uint8_t *masks, __m256i first, __m256i second, __m256i third) {
    return _mm256_and_si256(
        _mm256_and_si256(groups_at(masks, first), groups_at(masks + 32, second)), groups_at(masks + 64, third));
}

WITH_AVX2 static size_t next_word_avx2(bytescan_words words, const uint8_t *bytes, size_t from, size_t count) {
    size_t at = from;
    while (at + 40 <= count) {
        const __m256i first = _mm256_loadu_si256((const __m256i *)(bytes + at));
        const __m256i second = _mm256_loadu_si256((const __m256i *)(bytes + at + 1));
        const __m256i third = _mm256_loadu_si256((const __m256i *)(bytes + at + 2));
        const __m256i groups = _mm256_or_si256(
            groups_of(words.masks, first, second, third), groups_of(words.masks + 96, first, second, third));
        const __m256i none = _mm256_cmpeq_epi8(groups, _mm256_setzero_si256());
        uint32_t places = ~(uint32_t)_mm256_movemask_epi8(none);
        while (places) {
            const size_t place = at + (size_t)__builtin_ctz(places);
            if (bytescan_is_word(words, bytes, place) && !is_passed(words, bytes + place)) return place;
            places &= places - 1;
        }
        at += 32;
    }
    return next_word_plain(words, bytes, at, count);
}

size_t bytescan_next_word(bytescan_words words, const uint8_t *bytes, size_t from, size_t count) {
    return __builtin_cpu_supports("avx2") ? next_word_avx2(words, bytes, from, count)
                                          : next_word_plain(words, bytes, from, count);
}
#else
size_t bytescan_next_word(bytescan_words words, const uint8_t *bytes, size_t from, size_t count) {
    return next_word_plain(words, bytes, from, count);
}
#endif
