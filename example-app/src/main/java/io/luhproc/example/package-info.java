/** Full-text search over a folder; start from {@link io.luhproc.example.DocSearch}. */
@NullMarked
package io.luhproc.example;

import org.jspecify.annotations.NullMarked;
