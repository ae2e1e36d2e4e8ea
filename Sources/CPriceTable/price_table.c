#include "price_table.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char table[] = {
#embed "prices.ndjson"
};

const unsigned char *fallom_price_table(void) { return table; }
size_t fallom_price_table_size(void) { return sizeof table; }
