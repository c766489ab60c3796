/* The hot loops of long tables: texts of rows, texts of pages, elements of tags, object streams.
 *
 * Python is the reference. Each function gives the very bytes that the Python code beside its caller gives, and
 * tests compare both. What is not known here (a text to be shaped or broken, an entity, a rare character) is None, and
 * Python's turn. Nothing here knows a font: pairs of characters come from dictionaries that Python fills.
 *
 * Every byte is written through `need`, which makes room for it or fails; texts are at most MOST_TEXT characters.
 * The limited API of CPython 3.11, so one file serves all later versions. No state but in objects.
 * Compiled with -ffp-contract=off: a fused multiplication would round places in another way than Python does.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <stdint.h>
#include <string.h>

#define INTERFACE 1 /* of this file and native/__init__.py: raise both when a call changes */
#define MOST_TEXT 400
#define MOST_DIGITS 20
#define MOST_PAIRS (1u << 16)
#define FIRST_PAIRS (1u << 10)
#define CHARACTERS 0x2300
#define LAST_CODE_POINT 0x10FFFF
#define EVEN 0x1FFFFF /* stands for the second character of a pair where any even one may follow */
#define SPARE 0.1     /* px, as in text_setter.py */
#define FITTING 2.5
#define FROM_UNITS (1.0 / 1024)

typedef enum { FAILED = -1, UNKNOWN = 0, DONE = 1 } Answer;

/* ---- A buffer that grows ---- */

typedef struct {
    char *start;
    size_t used, room;
} Buffer;

static int need(Buffer *buffer, size_t more) {
    if (more > (size_t)PY_SSIZE_T_MAX / 4 || buffer->used > (size_t)PY_SSIZE_T_MAX / 4) {
        PyErr_NoMemory();
        return 0;
    }
    if (buffer->used + more <= buffer->room) return 1;
    size_t room = (buffer->used + more) * 2 + 256;
    char *grown = PyMem_Realloc(buffer->start, room);
    if (grown == NULL) {
        PyErr_NoMemory();
        return 0;
    }
    buffer->start = grown;
    buffer->room = room;
    return 1;
}

static int put(Buffer *buffer, const char *bytes, size_t length) {
    if (!need(buffer, length)) return 0;
    if (length) memcpy(buffer->start + buffer->used, bytes, length);
    buffer->used += length;
    return 1;
}

#define PUT(buffer, literal) put(buffer, literal, sizeof(literal) - 1)

static int put_number(Buffer *buffer, uint64_t value) {
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    return put(buffer, digits + at, sizeof digits - at);
}

static int put_bytes(Buffer *buffer, PyObject *bytes) {
    char *start;
    Py_ssize_t length;
    if (PyBytes_AsStringAndSize(bytes, &start, &length) < 0) return 0;
    return put(buffer, start, (size_t)length);
}

/* Write a number as Python's %.4f does. Where rounding is in doubt, and for what is rare, Python's own code does it. */
static int put_place(Buffer *buffer, double value) {
    if (value >= 0.0 && value < 100000.0) {
        double scaled = value * 10000.0;
        uint64_t whole = (uint64_t)scaled;
        double rest = scaled - (double)whole;
        if (rest < 0.499999 || rest > 0.500001) {
            whole += rest > 0.5;
            char fraction[5] = {'.', (char)('0' + whole / 1000 % 10), (char)('0' + whole / 100 % 10),
                                (char)('0' + whole / 10 % 10), (char)('0' + whole % 10)};
            return put_number(buffer, whole / 10000) && put(buffer, fraction, sizeof fraction);
        }
    }
    char *written = PyOS_double_to_string(value, 'f', 4, 0, NULL);
    if (written == NULL) return 0;
    int done = put(buffer, written, strlen(written));
    PyMem_Free(written);
    return done;
}

static PyObject *taken(Buffer *buffer, int done) {
    PyObject *bytes = done ? PyBytes_FromStringAndSize(buffer->start, (Py_ssize_t)buffer->used) : NULL;
    PyMem_Free(buffer->start);
    return bytes;
}

/* ---- Pairs of characters: what a PairTable has learnt ---- */

typedef struct {
    uint64_t key; /* 0: free */
    long advance;
    uint8_t length;
    char digits[MOST_DIGITS];
} Pair;

typedef struct {
    PyObject_HEAD
    PyObject *glyphs, *advances, *quiet, *seen_even, *even_glyphs, *even_advances, *marked;
    Pair *pairs;
    uint32_t room, used;
    uint8_t is_quiet[CHARACTERS];
} Pairs;

static Pair *place_of(Pair *pairs, uint32_t room, uint64_t key) {
    uint32_t at = (uint32_t)((key * 0x9E3779B97F4A7C15ull) >> 32) & (room - 1);
    while (pairs[at].key && pairs[at].key != key) at = (at + 1) & (room - 1);
    return &pairs[at];
}

/* Make room for one more pair; when there are too many, forget all, as Python's dictionaries have them. */
static int make_room(Pairs *self) {
    if ((self->used + 1) * 2 <= self->room) return 1;
    uint32_t room = self->room >= MOST_PAIRS * 2 ? FIRST_PAIRS : self->room * 2;
    Pair *pairs = PyMem_Calloc(room, sizeof(Pair));
    if (pairs == NULL) {
        PyErr_NoMemory();
        return 0;
    }
    if (room < self->room) {
        self->used = 0;
    } else {
        for (uint32_t at = 0; at < self->room; at++)
            if (self->pairs[at].key) *place_of(pairs, room, self->pairs[at].key) = self->pairs[at];
    }
    PyMem_Free(self->pairs);
    self->pairs = pairs;
    self->room = room;
    return 1;
}

/* Keep a pair, with kerning by nothing left out (as draw_piece does). */
static Answer keep(Pairs *self, uint64_t key, PyObject *digits, PyObject *advance, const Pair **found) {
    Py_ssize_t length;
    const char *written = PyUnicode_AsUTF8AndSize(digits, &length);
    if (written == NULL) return FAILED;
    if (length >= 3 && memcmp(written + length - 3, ">0<", 3) == 0) length -= 3;
    if (length == 0 || length > MOST_DIGITS) return UNKNOWN;
    long units = PyLong_AsLong(advance);
    if (units == -1 && PyErr_Occurred()) return FAILED;
    if (units < -1000000 || units > 10000000) return UNKNOWN;
    if (!make_room(self)) return FAILED;
    Pair *pair = place_of(self->pairs, self->room, key);
    pair->key = key;
    pair->advance = units;
    pair->length = (uint8_t)length;
    memcpy(pair->digits, written, (size_t)length);
    self->used++;
    *found = pair;
    return DONE;
}

static PyObject *string_of(const Py_UCS4 *characters, Py_ssize_t length) {
    PyObject *joined = NULL;
    for (Py_ssize_t at = 0; at < length; at++) {
        PyObject *one = PyUnicode_FromFormat("%c", (int)characters[at]);
        if (one == NULL) {
            Py_XDECREF(joined);
            return NULL;
        }
        if (joined == NULL) {
            joined = one;
        } else {
            PyObject *longer = PyUnicode_Concat(joined, one);
            Py_DECREF(joined);
            Py_DECREF(one);
            if (longer == NULL) return NULL;
            joined = longer;
        }
    }
    return joined;
}

static Answer find_pair(Pairs *self, Py_UCS4 first, Py_UCS4 second, const Pair **found) {
    uint64_t key = ((uint64_t)first << 21 | second) + 1;
    *found = place_of(self->pairs, self->room, key);
    if ((*found)->key) return DONE;
    Py_UCS4 both[2] = {first, second};
    PyObject *name = string_of(both, 2);
    if (name == NULL) return FAILED;
    PyObject *digits = PyDict_GetItemWithError(self->glyphs, name);
    PyObject *advance = digits ? PyDict_GetItemWithError(self->advances, name) : NULL;
    Py_DECREF(name);
    if (digits && advance) return keep(self, key, digits, advance, found);
    return PyErr_Occurred() ? FAILED : UNKNOWN;
}

static Answer find_even(Pairs *self, Py_UCS4 character, const Pair **found) {
    uint64_t key = ((uint64_t)character << 21 | EVEN) + 1;
    *found = place_of(self->pairs, self->room, key);
    if ((*found)->key) return DONE;
    PyObject *name = string_of(&character, 1), *number = PyLong_FromUnsignedLong(character);
    int is_even = name && number ? PySet_Contains(self->seen_even, name) : -1;
    Answer answer = is_even < 0 ? FAILED : UNKNOWN;
    if (is_even == 1) {
        PyObject *digits = PyDict_GetItemWithError(self->even_glyphs, number);
        PyObject *advance = digits ? PyDict_GetItemWithError(self->even_advances, name) : NULL;
        if (digits && advance) answer = keep(self, key, digits, advance, found);
        else answer = PyErr_Occurred() ? FAILED : UNKNOWN;
    }
    Py_XDECREF(name);
    Py_XDECREF(number);
    return answer;
}

static Answer are_quiet(Pairs *self, const Py_UCS4 *text, Py_ssize_t length) {
    for (Py_ssize_t at = 0; at < length; at++) {
        Py_UCS4 each = text[at];
        if (each < CHARACTERS && self->is_quiet[each]) continue;
        PyObject *name = string_of(&each, 1);
        int quiet = name ? PySet_Contains(self->quiet, name) : -1;
        Py_XDECREF(name);
        if (quiet != 1) return quiet < 0 ? FAILED : UNKNOWN;
        if (each < CHARACTERS) self->is_quiet[each] = 1;
    }
    return DONE;
}

/* Write the glyphs of a text of at most MOST_TEXT characters, as PairTable.setting does. `text` has room for one more. */
static Answer set_text(Pairs *self, PyObject *string, Py_UCS4 *text, Py_ssize_t length, Buffer *out, long *width) {
    size_t begin = out->used;
    const Pair *pair;
    Answer answer = UNKNOWN;
    long units = 0;
    if (!need(out, (size_t)(length + 1) * MOST_DIGITS)) return FAILED;
    Py_ssize_t at = 0;
    for (; at < length; at++) {
        answer = find_even(self, text[at], &pair);
        if (answer != DONE) break;
        if (!put(out, pair->digits, pair->length)) return FAILED;
        units += pair->advance;
    }
    if (answer == UNKNOWN) {
        out->used = begin;
        units = 0;
        answer = are_quiet(self, text, length);
        if (answer == UNKNOWN) {
            PyObject *marked = PyObject_CallFunctionObjArgs(self->marked, string, NULL);
            if (marked == NULL) return FAILED;
            if (PyUnicode_Check(marked) && PyUnicode_GetLength(marked) == length)
                answer = PyUnicode_AsUCS4(marked, text, length, 0) ? DONE : FAILED;
            Py_DECREF(marked);
        }
        text[length] = 0;
        for (at = 0; answer == DONE && at < length; at++) {
            answer = find_pair(self, text[at], text[at + 1], &pair);
            if (answer != DONE) break;
            if (!put(out, pair->digits, pair->length)) return FAILED;
            units += pair->advance;
        }
    }
    if (answer != DONE) out->used = begin;
    *width = units;
    return answer;
}

static int pairs_traverse(PyObject *object, visitproc visit, void *arg) {
    Pairs *self = (Pairs *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->glyphs);
    Py_VISIT(self->advances);
    Py_VISIT(self->quiet);
    Py_VISIT(self->seen_even);
    Py_VISIT(self->even_glyphs);
    Py_VISIT(self->even_advances);
    Py_VISIT(self->marked);
    return 0;
}

static int pairs_clear(PyObject *object) {
    Pairs *self = (Pairs *)object;
    Py_CLEAR(self->glyphs);
    Py_CLEAR(self->advances);
    Py_CLEAR(self->quiet);
    Py_CLEAR(self->seen_even);
    Py_CLEAR(self->even_glyphs);
    Py_CLEAR(self->even_advances);
    Py_CLEAR(self->marked);
    return 0;
}

static void pairs_free(PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    pairs_clear(object);
    PyMem_Free(((Pairs *)object)->pairs);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(object);
    Py_DECREF(type);
}

static PyObject *pairs_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    PyObject *given[7];
    if (keywords && PyDict_Size(keywords)) return PyErr_Format(PyExc_TypeError, "Pairs takes no keywords");
    if (!PyArg_ParseTuple(args, "OOOOOOO:Pairs", &given[0], &given[1], &given[2], &given[3], &given[4], &given[5],
                          &given[6]))
        return NULL;
    if (!PyDict_Check(given[0]) || !PyDict_Check(given[1]) || !PyAnySet_Check(given[2]) ||
        !PyAnySet_Check(given[3]) || !PyDict_Check(given[4]) || !PyDict_Check(given[5]) || !PyCallable_Check(given[6]))
        return PyErr_Format(PyExc_TypeError, "Pairs takes two dicts, two sets, two dicts and a function");
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    Pairs *self = (Pairs *)allocate(type, 0);
    if (self == NULL) return NULL;
    PyObject **own[7] = {&self->glyphs,      &self->advances,      &self->quiet, &self->seen_even,
                         &self->even_glyphs, &self->even_advances, &self->marked};
    for (int at = 0; at < 7; at++) {
        Py_INCREF(given[at]);
        *own[at] = given[at];
    }
    self->pairs = PyMem_Calloc(FIRST_PAIRS, sizeof(Pair));
    if (self->pairs == NULL) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    self->room = FIRST_PAIRS;
    return (PyObject *)self;
}

static PyType_Slot pairs_slots[] = {
    {Py_tp_new, pairs_new},           {Py_tp_dealloc, pairs_free}, {Py_tp_traverse, pairs_traverse},
    {Py_tp_clear, pairs_clear},       {Py_tp_doc, "Pairs(glyphs, advances, quiet, seen_even, even_glyphs, even_advances, marked)"},
    {0, NULL},
};
static PyType_Spec pairs_spec = {"reports.engine.longtable.native._core.Pairs", sizeof(Pairs), 0,
                                 Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, pairs_slots};

/* ---- Rows of cells of one line with one value each ---- */

typedef struct {
    Pairs *common, *latin; /* NULL: not known yet */
    PyObject *drawn, *prefix;
    double left, width, size, y;
    int align; /* 0 left, 1 right, 2 center */
    int never_wraps;
} Column;

typedef struct {
    PyObject_HEAD
    Column *columns;
    Py_ssize_t count;
    int is_tagged;
} Row;

/* Tell whether a character is one of the few kinds that are set here; the rest is Python's. */
static int is_common(Py_UCS4 c) {
    return (c >= 0x20 && c < 0x7f) || (c >= 0xa0 && c < 0x590) || (c >= 0x2010 && c < 0x2028) ||
           (c >= 0x2030 && c < 0x205f) || (c >= 0x20a0 && c < 0x20c1) || (c >= 0x2190 && c < 0x2300);
}

static int is_latin(Py_UCS4 c) { /* as text_setter._LATIN */
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == 0xaa || c == 0xba || (c >= 0xc0 && c <= 0xd6) ||
           (c >= 0xd8 && c <= 0xf6) || (c >= 0xf8 && c <= 0x24f) || (c >= 0x1e00 && c <= 0x1eff);
}

/* Draw a value that is new, as PlainForm._draw_value does of one that has no entities and is not wrapped. */
static Answer draw(const Column *column, PyObject *value, int is_tagged, Buffer *out) {
    Py_UCS4 text[MOST_TEXT + 1];
    Py_ssize_t length = PyUnicode_GetLength(value);
    if (length < 0) return FAILED;
    if (length == 0 || length > MOST_TEXT) return UNKNOWN;
    if (!((double)length * column->size < FITTING * column->width || column->never_wraps)) return UNKNOWN;
    if (PyUnicode_AsUCS4(value, text, MOST_TEXT + 1, 0) == NULL) return FAILED;
    int seen = 0, latin = 0;
    for (Py_ssize_t at = 0; at < length; at++) {
        Py_UCS4 c = text[at];
        if (!is_common(c) || c == '&' || c == '<') return UNKNOWN;
        if (c == ' ' && (at == 0 || at == length - 1 || text[at - 1] == ' ')) return UNKNOWN;
        seen |= (c > 0x20 && c < 0x7f) || (c > 0xa0 && c < 0x590);
        latin |= is_latin(c);
    }
    Pairs *pairs = latin ? column->latin : column->common;
    if (!seen || pairs == NULL) return UNKNOWN;

    Buffer glyphs = {NULL, 0, 0};
    long units;
    Answer answer = set_text(pairs, value, text, length, &glyphs, &units);
    double width = (double)units * FROM_UNITS;
    if (answer == DONE && !(width + SPARE < column->width || column->never_wraps)) answer = UNKNOWN;
    if (answer == DONE) {
        double room = column->width - width;
        double x = column->left;
        if (room < 0.0) room = 0.0;
        if (column->align == 1) x = column->left + room;
        if (column->align == 2) x = column->left + room / 2;
        int ends_with_kerning = glyphs.used && glyphs.start[glyphs.used - 1] == '<';
        int done = put_bytes(out, column->prefix) && (!is_tagged || put(out, "/P<</MCID \0>>BDC ", 17)) &&
                   PUT(out, "1 0 0 -1 ") && put_place(out, x) && PUT(out, " ") && put_place(out, column->y) &&
                   PUT(out, " Tm[<") && put(out, glyphs.start, glyphs.used - (size_t)ends_with_kerning) &&
                   (ends_with_kerning || PUT(out, ">")) && PUT(out, "] TJ") && (!is_tagged || PUT(out, " EMC"));
        if (!done) answer = FAILED;
    }
    PyMem_Free(glyphs.start);
    return answer;
}

/* set(values): the operators of a row; None when Python has to set one of its cells. */
static PyObject *row_set(PyObject *object, PyObject *values) {
    Row *self = (Row *)object;
    if (!PyList_Check(values)) return PyErr_Format(PyExc_TypeError, "values must be a list");
    Buffer out = {NULL, 0, 0};
    Answer answer = PyList_Size(values) == self->count && self->count ? DONE : UNKNOWN;
    if (answer == DONE && !PUT(&out, "BT\n")) answer = FAILED;
    for (Py_ssize_t at = 0; answer == DONE && at < self->count; at++) {
        PyObject *value = PyList_GetItem(values, at); /* borrowed; marked() might change the list, so it is kept */
        if (value == NULL || !PyUnicode_Check(value)) {
            answer = value == NULL ? FAILED : UNKNOWN;
            break;
        }
        Py_INCREF(value);
        size_t begin = out.used;
        answer = draw(&self->columns[at], value, self->is_tagged, &out);
        if (answer == UNKNOWN) {
            out.used = begin;
            PyObject *drawn = PyDict_GetItemWithError(self->columns[at].drawn, value);
            if (drawn && PyBytes_Check(drawn)) answer = put_bytes(&out, drawn) ? DONE : FAILED;
            else if (drawn == NULL && PyErr_Occurred()) answer = FAILED;
        }
        Py_DECREF(value);
        if (answer == DONE && !PUT(&out, "\n")) answer = FAILED;
    }
    if (answer == UNKNOWN) {
        PyMem_Free(out.start);
        Py_RETURN_NONE;
    }
    return taken(&out, answer == DONE && PUT(&out, "ET"));
}

static int row_traverse(PyObject *object, visitproc visit, void *arg) {
    Row *self = (Row *)object;
    Py_VISIT(Py_TYPE(object));
    for (Py_ssize_t at = 0; at < self->count; at++) {
        Py_VISIT((PyObject *)self->columns[at].common);
        Py_VISIT((PyObject *)self->columns[at].latin);
        Py_VISIT(self->columns[at].drawn);
        Py_VISIT(self->columns[at].prefix);
    }
    return 0;
}

static int row_clear(PyObject *object) {
    Row *self = (Row *)object;
    Py_ssize_t count = self->count;
    self->count = 0; /* a row that is cleared sets nothing */
    for (Py_ssize_t at = 0; at < count; at++) {
        Py_CLEAR(self->columns[at].common);
        Py_CLEAR(self->columns[at].latin);
        Py_CLEAR(self->columns[at].drawn);
        Py_CLEAR(self->columns[at].prefix);
    }
    return 0;
}

static void row_free(PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    row_clear(object);
    PyMem_Free(((Row *)object)->columns);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(object);
    Py_DECREF(type);
}

static int read_column(PyObject *given, PyTypeObject *pairs_type, Column *column) {
    PyObject *common, *latin, *drawn, *prefix;
    Column read;
    if (!PyTuple_Check(given)) {
        PyErr_SetString(PyExc_TypeError, "a column must be a tuple");
        return 0;
    }
    if (!PyArg_ParseTuple(given, "OOOOddddip:column", &common, &latin, &drawn, &prefix, &read.left, &read.width,
                          &read.size, &read.y, &read.align, &read.never_wraps))
        return 0;
    if ((common != Py_None && !PyObject_TypeCheck(common, pairs_type)) ||
        (latin != Py_None && !PyObject_TypeCheck(latin, pairs_type)) || !PyDict_Check(drawn) ||
        !PyBytes_Check(prefix) || read.align < 0 || read.align > 2) {
        PyErr_SetString(PyExc_TypeError, "a column has Pairs or None twice, a dict, bytes, four numbers, 0 to 2, bool");
        return 0;
    }
    read.common = common == Py_None ? NULL : (Pairs *)common;
    read.latin = latin == Py_None ? NULL : (Pairs *)latin;
    read.drawn = drawn;
    read.prefix = prefix;
    Py_XINCREF((PyObject *)read.common);
    Py_XINCREF((PyObject *)read.latin);
    Py_INCREF(drawn);
    Py_INCREF(prefix);
    *column = read;
    return 1;
}

static PyObject *row_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    PyObject *columns;
    int is_tagged;
    if (keywords && PyDict_Size(keywords)) return PyErr_Format(PyExc_TypeError, "Row takes no keywords");
    if (!PyArg_ParseTuple(args, "O!p:Row", &PyList_Type, &columns, &is_tagged)) return NULL;
    PyObject *module = PyType_GetModule(type);
    PyObject *pairs_type = module ? PyObject_GetAttrString(module, "Pairs") : NULL;
    if (pairs_type == NULL) return NULL;
    if (!PyType_Check(pairs_type)) {
        Py_DECREF(pairs_type);
        return PyErr_Format(PyExc_TypeError, "Pairs is no type");
    }
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    Row *self = (Row *)allocate(type, 0);
    Py_ssize_t count = PyList_Size(columns);
    if (self != NULL) {
        self->is_tagged = is_tagged;
        self->columns = PyMem_Calloc((size_t)count + 1, sizeof(Column));
        if (self->columns == NULL) {
            Py_CLEAR(self);
            PyErr_NoMemory();
        }
    }
    for (Py_ssize_t at = 0; self != NULL && at < count; at++) {
        PyObject *given = PyList_GetItem(columns, at);
        if (given != NULL && read_column(given, (PyTypeObject *)pairs_type, &self->columns[at])) self->count = at + 1;
        else Py_CLEAR(self);
    }
    Py_DECREF(pairs_type);
    return (PyObject *)self;
}

static PyMethodDef row_methods[] = {
    {"set", row_set, METH_O, "Return the operators of a row of these values; None when Python has to set it."},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot row_slots[] = {
    {Py_tp_new, row_new},     {Py_tp_dealloc, row_free},   {Py_tp_traverse, row_traverse},
    {Py_tp_clear, row_clear}, {Py_tp_methods, row_methods}, {Py_tp_doc, "Row(columns, is_tagged)"},
    {0, NULL},
};
static PyType_Spec row_spec = {"reports.engine.longtable.native._core.Row", sizeof(Row), 0,
                               Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, row_slots};

/* ---- Pages, tags, object streams ---- */

/* page_texts(moves, texts): the texts of a page, each moved to its place, their marks numbered from 0 on. */
static PyObject *page_texts(PyObject *module, PyObject *args) {
    PyObject *moves, *texts;
    (void)module;
    if (!PyArg_ParseTuple(args, "O!O!:page_texts", &PyList_Type, &moves, &PyList_Type, &texts)) return NULL;
    Py_ssize_t count = PyList_Size(moves);
    if (PyList_Size(texts) != count) return PyErr_Format(PyExc_ValueError, "as many moves as texts are needed");
    Buffer out = {NULL, 0, 0};
    uint64_t mark = 0;
    int done = need(&out, 1);
    for (Py_ssize_t at = 0; done && at < count; at++) {
        char *text;
        Py_ssize_t length;
        PyObject *move = PyList_GetItem(moves, at), *given = PyList_GetItem(texts, at);
        done = move && given && (!at || PUT(&out, "\n")) && put_bytes(&out, move) &&
               PyBytes_AsStringAndSize(given, &text, &length) == 0;
        while (done && length > 0) {
            const char *zero = memchr(text, 0, (size_t)length);
            size_t before = zero ? (size_t)(zero - text) : (size_t)length;
            done = put(&out, text, before) && (!zero || put_number(&out, mark++));
            text += before + (zero != NULL);
            length -= (Py_ssize_t)(before + (zero != NULL));
        }
        done = done && PUT(&out, "\nQ");
    }
    return taken(&out, done);
}

/* row_elements(group, row, page, text, cells): the elements of a row and its cells of one text each. */
static PyObject *row_elements(PyObject *module, PyObject *args) {
    unsigned long long group, row, page, text;
    Py_ssize_t cells;
    (void)module;
    if (!PyArg_ParseTuple(args, "KKKKn:row_elements", &group, &row, &page, &text, &cells)) return NULL;
    if (cells < 0 || cells > 100000) return PyErr_Format(PyExc_ValueError, "cells must be 0 to 100000");
    PyObject *elements = PyList_New(cells + 1);
    if (elements == NULL) return NULL;
    Buffer out = {NULL, 0, 0};
    int done = PUT(&out, "<</S/TR/P ") && put_number(&out, group) && PUT(&out, " 0 R/K[");
    for (Py_ssize_t at = 1; done && at <= cells; at++)
        done = (at == 1 || PUT(&out, " ")) && put_number(&out, row + (uint64_t)at) && PUT(&out, " 0 R");
    done = done && PUT(&out, "]>>");
    for (Py_ssize_t at = 0; done && at <= cells; at++) {
        PyObject *element = PyBytes_FromStringAndSize(out.start, (Py_ssize_t)out.used);
        done = element != NULL && PyList_SetItem(elements, at, element) == 0;
        out.used = 0;
        done = done && PUT(&out, "<</S/TD/P ") && put_number(&out, row) && PUT(&out, " 0 R/Pg ") &&
               put_number(&out, page) && PUT(&out, " 0 R/K ") && put_number(&out, text + (uint64_t)at) &&
               PUT(&out, ">>");
    }
    PyMem_Free(out.start);
    if (done) return elements;
    Py_DECREF(elements);
    return NULL;
}

/* references(numbers): "7 0 R 8 0 R" */
static PyObject *references(PyObject *module, PyObject *numbers) {
    (void)module;
    if (!PyList_Check(numbers)) return PyErr_Format(PyExc_TypeError, "numbers must be a list");
    Buffer out = {NULL, 0, 0};
    int done = need(&out, 1);
    for (Py_ssize_t at = 0, count = PyList_Size(numbers); done && at < count; at++) {
        PyObject *given = PyList_GetItem(numbers, at);
        unsigned long long number = given ? PyLong_AsUnsignedLongLong(given) : 0;
        done = !PyErr_Occurred() && (!at || PUT(&out, " ")) && put_number(&out, number) && PUT(&out, " 0 R");
    }
    return taken(&out, done);
}

/* object_stream(objects): of (number, body) the content of an object stream, and where its first body begins. */
static PyObject *object_stream(PyObject *module, PyObject *objects) {
    (void)module;
    if (!PyList_Check(objects)) return PyErr_Format(PyExc_TypeError, "objects must be a list");
    Buffer out = {NULL, 0, 0}, bodies = {NULL, 0, 0};
    int done = need(&out, 1) && need(&bodies, 1);
    for (Py_ssize_t at = 0, count = PyList_Size(objects); done && at < count; at++) {
        PyObject *pair = PyList_GetItem(objects, at), *body = NULL;
        unsigned long long number = 0;
        if (pair && !PyTuple_Check(pair)) PyErr_SetString(PyExc_TypeError, "an object must be a tuple");
        done = pair && !PyErr_Occurred() && PyArg_ParseTuple(pair, "KO:object", &number, &body) &&
               (!at || (PUT(&out, " ") && PUT(&bodies, "\n"))) && put_number(&out, number) && PUT(&out, " ") &&
               put_number(&out, bodies.used) && put_bytes(&bodies, body);
    }
    size_t first = out.used + 1;
    done = done && PUT(&out, "\n") && put(&out, bodies.start, bodies.used);
    PyMem_Free(bodies.start);
    PyObject *content = taken(&out, done);
    return content ? Py_BuildValue("(Nn)", content, (Py_ssize_t)first) : NULL;
}

static PyMethodDef functions[] = {
    {"page_texts", page_texts, METH_VARARGS, "Join the texts of a page, and number their marks."},
    {"row_elements", row_elements, METH_VARARGS, "Return the elements of a row and its cells."},
    {"references", references, METH_O, "Write references to objects."},
    {"object_stream", object_stream, METH_O, "Return the content of an object stream, and where its bodies begin."},
    {NULL, NULL, 0, NULL},
};

static int add_type(PyObject *module, PyType_Spec *spec) {
    PyObject *type = PyType_FromModuleAndSpec(module, spec, NULL);
    int done = type ? PyModule_AddType(module, (PyTypeObject *)type) : -1;
    Py_XDECREF(type);
    return done;
}

static int execute(PyObject *module) {
    if (PyModule_AddIntConstant(module, "INTERFACE", INTERFACE) < 0) return -1;
    if (add_type(module, &pairs_spec) < 0) return -1;
    return add_type(module, &row_spec);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_core", NULL, 0, functions, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__core(void) { return PyModuleDef_Init(&definition); }
