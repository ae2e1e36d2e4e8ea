/* The one header for the terminal library: which header, which switches, and what Swift cannot import by itself. */
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>
#include <langinfo.h>
#include <locale.h>
#include <wchar.h>

/* Macros and globals that Swift does not see or rightly refuses as shared mutable state. All of them belong to the screen
   that is current; callers hold the terminal's lock. */
static inline WINDOW *fallom_stdscr(void) { return stdscr; }
static inline int fallom_colors(void) { return COLORS; }
static inline int fallom_color_pairs(void) { return COLOR_PAIRS; }
static inline int fallom_rows(WINDOW *window) { return getmaxy(window); }
static inline int fallom_columns(WINDOW *window) { return getmaxx(window); }
static inline attr_t fallom_bold(void) { return WA_BOLD; }
static inline attr_t fallom_dim(void) { return WA_DIM; }
static inline attr_t fallom_italic(void) { return WA_ITALIC; }
static inline attr_t fallom_underline(void) { return WA_UNDERLINE; }
static inline attr_t fallom_reverse(void) { return WA_REVERSE; }

/* Attributes and a pair above 32767 in one call. */
static inline int fallom_set_look(WINDOW *window, attr_t attributes, int pair) {
    return wattr_set(window, attributes, (short)(pair > 32767 ? 32767 : pair), &pair);
}

/* Puts one character with its marks (at most five in all), with its look. addwstr loses marks of wide characters. */
static inline int fallom_put_cluster(
    WINDOW *window, int row, int column, const wchar_t *characters, int count, attr_t attributes, int pair) {
    wchar_t text[CCHARW_MAX + 1] = {0};
    cchar_t cell;
    for (int i = 0; i < count && i < CCHARW_MAX; i++) text[i] = characters[i];
    if (setcchar(&cell, text, attributes, (short)(pair > 32767 ? 32767 : pair), &pair) != OK) return ERR;
    return mvwadd_wchnstr(window, row, column, &cell, 1);
}

/* The codeset of the locale, which setlocale(LC_CTYPE, "") has chosen. */
static inline const char *fallom_codeset(void) { return nl_langinfo(CODESET); }

/* Columns of a character as the C library, and so ncurses, counts them; declared here because <wchar.h> shows it to XOPEN
   programs only. */
extern int wcwidth(wchar_t character);

/* A capability of the terminal that setupterm or newterm has read; NULL where it has none. */
static inline const char *fallom_string_capability(const char *name) {
    const char *text = tigetstr(name);
    return text == (const char *)-1 ? NULL : text;
}
