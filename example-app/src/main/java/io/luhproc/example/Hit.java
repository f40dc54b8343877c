package io.luhproc.example;

/**
 * One file that was found.
 *
 * @param file the absolute path of the file, as text: it is only shown
 * @param score how well it fits; only to be compared within one search
 * @param snippet the line of it that fits best
 */
record Hit(String file, float score, Snippet snippet) {}
