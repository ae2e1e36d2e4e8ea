#include "bytescan.h"

// Whether one of the words may stand where three bytes have that hash.
static inline int stands(const bytescan_words *words, uint32_t hash, const uint8_t *bytes, size_t at, size_t count) {
    const uint8_t number = words->hashes[hash];
    if (!number) return 0;
    if (at < 2 || at + 8 > count) return 1;
    const bytescan_surroundings wanted = words->surroundings[number];
    if ((bytescan_word(bytes + at - 2) ^ wanted.bytes) & wanted.mask) return 0;
    // Longer words that begin or end like one of them and are none.
    if (((bytescan_word(bytes + at) ^ words->passed) & words->passed_mask) == 0) return 0;
    return at < 7 || bytescan_word(bytes + at - 7) != words->before;
}

static size_t next_word_plain(const bytescan_words *words, const uint8_t *bytes, size_t from, size_t count) {
    for (size_t at = from; at + 3 <= count; at++) {
        if (stands(words, bytescan_word_hash(bytes[at], bytes[at + 1], bytes[at + 2]), bytes, at, count)) return at;
    }
    return count;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define WITH_AVX2 __attribute__((target("avx2,bmi")))

typedef struct {
    __m256i first, second, third, middle;
} word_masks;

WITH_AVX2 static inline __m256i mask(const uint8_t *bytes) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)bytes));
}

WITH_AVX2 static inline word_masks masks_of(const uint8_t *bytes) {
    return (word_masks){mask(bytes), mask(bytes + 16), mask(bytes + 32), mask(bytes + 48)};
}

// The groups, of eight, that may have a word of these three bytes. Of a byte of ASCII the lower half counts; of any other,
// none of the groups is left.
WITH_AVX2 static inline __m256i groups_of(
    word_masks masks, __m256i first, __m256i second, __m256i third, __m256i middle) {
    return _mm256_and_si256(
        _mm256_and_si256(_mm256_shuffle_epi8(masks.first, first), _mm256_shuffle_epi8(masks.second, second)),
        _mm256_and_si256(_mm256_shuffle_epi8(masks.third, third), _mm256_shuffle_epi8(masks.middle, middle)));
}

// Which groups may have a word at each of the thirty-two places from `bytes` on. Looks at thirty-four bytes.
WITH_AVX2 static inline __m256i groups_from(word_masks low, word_masks high, const uint8_t *bytes) {
    const __m256i first = _mm256_loadu_si256((const __m256i *)bytes);
    const __m256i second = _mm256_loadu_si256((const __m256i *)(bytes + 1));
    const __m256i third = _mm256_loadu_si256((const __m256i *)(bytes + 2));
    const __m256i middle = _mm256_avg_epu8(second, third);
    return _mm256_or_si256(
        groups_of(low, first, second, third, middle), groups_of(high, first, second, third, middle));
}

// A bit for each place at which a group is left.
WITH_AVX2 static inline uint32_t places_of(__m256i groups) {
    return ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(groups, _mm256_setzero_si256()));
}

WITH_AVX2 static size_t next_word_avx2(const bytescan_words *words, const uint8_t *bytes, size_t from, size_t count) {
    if (count < 34 || from + 3 > count) return next_word_plain(words, bytes, from, count);
    const word_masks low = masks_of(words->masks), high = masks_of(words->masks + 64);
    const size_t last = count - 34;
    size_t at = from;
    for (; at < last; at += 32) {
        const __m256i groups = groups_from(low, high, bytes + at);
        if (_mm256_testz_si256(groups, groups)) continue;
        for (uint32_t places = places_of(groups); places; places = _blsr_u32(places)) {
            const size_t place = at + (size_t)_tzcnt_u32(places);
            // The fourth byte, which is there, makes no difference to the hash.
            uint32_t word;
            memcpy(&word, bytes + place, 4);
            if (stands(words, bytescan_hash(word), bytes, place, count)) return place;
        }
    }
    // The last step overlaps the one before: what was looked at there is left out.
    uint32_t places = places_of(groups_from(low, high, bytes + last)) & (~(uint32_t)0 << (at - last));
    for (; places; places = _blsr_u32(places)) {
        const size_t place = last + (size_t)_tzcnt_u32(places);
        const uint32_t hash = bytescan_word_hash(bytes[place], bytes[place + 1], bytes[place + 2]);
        if (stands(words, hash, bytes, place, count)) return place;
    }
    return count;
}

size_t bytescan_next_word(const bytescan_words *words, const uint8_t *bytes, size_t from, size_t count) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") ? next_word_avx2(words, bytes, from, count)
                                                                          : next_word_plain(words, bytes, from, count);
}
#else
size_t bytescan_next_word(const bytescan_words *words, const uint8_t *bytes, size_t from, size_t count) {
    return next_word_plain(words, bytes, from, count);
}
#endif
