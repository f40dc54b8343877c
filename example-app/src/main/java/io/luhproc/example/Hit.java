package io.luhproc.example;

/**
 * A file that matches a query.
 *
 * @param file the absolute path, for display only
 * @param score the relevance, comparable only within one search
 * @param snippet the best line of the file
 */
record Hit(String file, float score, Snippet snippet) {}
