#include "bytescan.h"

// Whether an address (RFC 3986) begins with the "://" that stands at `at` and names nobody: no '@' before what ends its
// authority. Most do.
static int is_plain_address(const uint8_t *bytes, size_t at, size_t count) {
    if (bytes[at] != ':' || bytes[at + 1] != '/' || bytes[at + 2] != '/') return 0;
    for (size_t place = at + 3; place < count; place++) {
        const uint8_t byte = bytes[place];
        if (byte == '@') return 0;
        if (byte == '/' || byte == '"' || byte <= ' ') return 1;
    }
    return 1;
}

// Whether one of the words may stand where three bytes have that hash.
static inline int stands(const bytescan_words *words, uint32_t hash, const uint8_t *bytes, size_t at, size_t count) {
    const uint8_t number = words->hashes[hash];
    if (!number) return 0;
    if (at < 2 || at + 8 > count) return 1;
    const bytescan_surroundings wanted = words->surroundings[number];
    if ((bytescan_word(bytes + at - 2) ^ wanted.bytes) & wanted.mask) return 0;
    if (at < BYTESCAN_BEFORE || at + BYTESCAN_BEHIND > count) return 1;
    for (size_t index = 0; index < words->exception_count; index++) {
        const bytescan_exception exception = words->exceptions[index];
        if (((bytescan_word(bytes + at + exception.offset) ^ exception.bytes) & exception.mask) == 0) return 0;
    }
    return !is_plain_address(bytes, at, count);
}

static size_t next_word_plain(const bytescan_words *words, const uint8_t *bytes, size_t from, size_t count) {
    for (size_t at = from; at + 3 <= count; at++) {
        if (stands(words, bytescan_word_hash(bytes[at], bytes[at + 1], bytes[at + 2]), bytes, at, count)) return at;
    }
    return count;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define WITH_AVX2 __attribute__((target("avx2,bmi,popcnt")))

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

// The first of thirty-two places from `at` on at which a group is left and a word may stand; `count` when there is none.
WITH_AVX2 static inline size_t first_word(
    const bytescan_words *words, __m256i groups, const uint8_t *bytes, size_t at, size_t count) {
    for (uint32_t places = places_of(groups); places; places = _blsr_u32(places)) {
        const size_t place = at + (size_t)_tzcnt_u32(places);
        // The fourth byte, which is there, makes no difference to the hash.
        uint32_t word;
        memcpy(&word, bytes + place, 4);
        if (stands(words, bytescan_hash(word), bytes, place, count)) return place;
    }
    return count;
}

// How many places are looked at together.
enum { CHUNK = 512 };

// Adds the places of the bits, in their order, behind those that there are. Four are written without looking how many there
// are: more are rare.
WITH_AVX2 static inline size_t gathered(uint16_t *places, size_t count, uint64_t bits, size_t base) {
    const size_t more = (size_t)__builtin_popcountll(bits);
    uint16_t *const out = places + count;
    for (int index = 0; index < 4; index++) {
        out[index] = (uint16_t)(base + (size_t)_tzcnt_u64(bits));
        bits = _blsr_u64(bits);
    }
    for (size_t index = 4; __builtin_expect(index < more, 0); index++) {
        out[index] = (uint16_t)(base + (size_t)_tzcnt_u64(bits));
        bits = _blsr_u64(bits);
    }
    return count + more;
}

// The first of the chunk's places at which a word may stand; `count` when there is none. Two bytes before the chunk and
// thirty-four behind it are there. In each step of sixty-four places one is left, by and large, and whether it is cannot be
// foretold: to branch on it, and to guess wrong, takes longer than all else. So they are gathered, and those kept around which
// something of a word stands, without a branch.
WITH_AVX2 static inline size_t first_word_of_chunk(
    const bytescan_words *words, word_masks low, word_masks high, const uint8_t *bytes, size_t at, size_t count) {
    uint16_t places[CHUNK + 4];
    size_t found = 0, left = 0;
    for (size_t step = 0; step < CHUNK; step += 64) {
        const uint64_t here = places_of(groups_from(low, high, bytes + at + step));
        const uint64_t next = places_of(groups_from(low, high, bytes + at + step + 32));
        found = gathered(places, found, here | next << 32, step);
    }
    for (size_t index = 0; index < found; index++) {
        const size_t place = at + places[index];
        uint32_t word;
        memcpy(&word, bytes + place, 4);
        const uint8_t number = words->hashes[bytescan_hash(word)];
        const bytescan_surroundings wanted = words->surroundings[number];
        places[left] = places[index];
        left += (number != 0) & (((bytescan_word(bytes + place - 2) ^ wanted.bytes) & wanted.mask) == 0);
    }
    for (size_t index = 0; index < left; index++) {
        const size_t place = at + places[index];
        uint32_t word;
        memcpy(&word, bytes + place, 4);
        if (stands(words, bytescan_hash(word), bytes, place, count)) return place;
    }
    return count;
}

WITH_AVX2 static size_t next_word_avx2(const bytescan_words *words, const uint8_t *bytes, size_t from, size_t count) {
    if (count < 34 || from + 3 > count) return next_word_plain(words, bytes, from, count);
    const word_masks low = masks_of(words->masks), high = masks_of(words->masks + 64);
    const size_t last = count - 34;
    size_t at = from, place;
    // The first places may have nothing before them.
    if (at < 2 && at < last) {
        if ((place = first_word(words, groups_from(low, high, bytes + at), bytes, at, count)) < count) return place;
        at += 32;
    }
    for (; at + CHUNK <= last; at += CHUNK) {
        if ((place = first_word_of_chunk(words, low, high, bytes, at, count)) < count) return place;
    }
    for (; at < last; at += 32) {
        if ((place = first_word(words, groups_from(low, high, bytes + at), bytes, at, count)) < count) return place;
    }
    // The last step overlaps the one before: what was looked at there is left out.
    uint32_t places = places_of(groups_from(low, high, bytes + last)) & (~(uint32_t)0 << (at - last));
    for (; places; places = _blsr_u32(places)) {
        place = last + (size_t)_tzcnt_u32(places);
        const uint32_t hash = bytescan_word_hash(bytes[place], bytes[place + 1], bytes[place + 2]);
        if (stands(words, hash, bytes, place, count)) return place;
    }
    return count;
}

size_t bytescan_next_word(const bytescan_words *words, const uint8_t *bytes, size_t from, size_t count) {
    const int is_wide =
        __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
    return is_wide ? next_word_avx2(words, bytes, from, count) : next_word_plain(words, bytes, from, count);
}
#else
size_t bytescan_next_word(const bytescan_words *words, const uint8_t *bytes, size_t from, size_t count) {
    return next_word_plain(words, bytes, from, count);
}
#endif

// MARK: runs of text that is searched

#define SELF(n) n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7
#define SMALL(n) SELF(n + 32)

const uint8_t bytescan_run_letters[256] = {
    [0x20] = ' ', '!', 0, '#', '$', '%', '&', 0, 0, 0, '*', '+', 0, '-', '.', 0,
    SELF(0x30), '8', '9', 0, ';', '<', '=', '>', '?',
    '@', 'a', 'b', 'c', 'd', 'e', 'f', 'g', SMALL(0x48), SMALL(0x50), 'x', 'y', 'z', 0, 0, 0, '^', '_',
    SELF(0x60), SELF(0x68), SELF(0x70), 'x', 'y', 'z', 0, '|', 0, '~', 0,
};

// Whether a run may be a number: nothing but what numbers are made of, of which a digit. The run before counts as one that may,
// where it goes on.
static int may_be_number(const uint8_t *run, size_t count) {
    int has_digit = 0;
    for (size_t at = 0; at < count; at++) {
        const uint8_t byte = run[at];
        if (byte >= '0' && byte <= '9') {
            has_digit = 1;
        } else if (byte != ' ' && byte != '.' && byte != '-' && byte != '+' && byte != 'e') {
            return 0;
        }
    }
    return has_digit;
}

bytescan_runs bytescan_cut_runs(
    uint8_t *target, const uint8_t *bytes, size_t from, size_t count, int has_begun, int is_wire, int tells_numbers
) {
    size_t at = from, written = 0, start = 0;
    int is_new = !has_begun, goes_on = has_begun;
    while (at < count) {
        const size_t end = bytescan_copy_run(target + written, bytes, at, count);
        written += end - at;
        at = end;
        if (at == count) break;
        const uint8_t byte = bytes[at];
        if (byte >= 0x80 || (is_wire && (byte == '\\' || byte < 0x20 || byte == 0x7F))) break;
        if (written > start || goes_on) {
            if (tells_numbers && (goes_on || may_be_number(target + start, written - start))) {
                return (bytescan_runs){at, written, is_new ? start : PTRDIFF_MAX, 1};
            }
            target[written++] = 0;
        }
        start = written;
        is_new = 1;
        goes_on = 0;
        at++;
    }
    return (bytescan_runs){at, written, is_new ? start : PTRDIFF_MAX, 0};
}
