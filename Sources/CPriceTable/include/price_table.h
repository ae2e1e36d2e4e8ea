#ifndef FALLOM_PRICE_TABLE_H
#define FALLOM_PRICE_TABLE_H

// The price table of the file prices.ndjson beside this target's sources, byte for byte, without a terminating zero: a data
// file of half a megabyte costs Swift's compiler minutes as an array literal and clang nothing.

#include <stddef.h>

const unsigned char *fallom_price_table(void);
size_t fallom_price_table_size(void);

#endif
