/** Benchmarks of the library beside those who do the same. */
@NullMarked
package io.luhproc.bench;

import org.jspecify.annotations.NullMarked;
