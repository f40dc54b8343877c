package io.luhproc.example;

import java.nio.file.Path;

/**
 * One file that was found.
 *
 * @param file the file
 * @param score how well it fits; only to be compared within one search
 * @param snippet the line of it that fits best
 */
record Hit(Path file, float score, Snippet snippet) {}
