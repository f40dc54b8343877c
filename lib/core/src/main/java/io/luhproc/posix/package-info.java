/**
 * The calls of the kernel that Java has no way to: {@link io.luhproc.posix.Posix}, and {@link
 * io.luhproc.posix.PosixSpawner} for whoever starts many processes, both loaded lazily through jnr.
 *
 * <p>Loading jnr takes about 200 ms, so nothing on the way of {@code check()}, {@code start()},
 * {@code info()} or {@code list()} of a worker touches this package, and a supervisor loads it
 * beside what it does.
 */
@NullMarked
package io.luhproc.posix;

import org.jspecify.annotations.NullMarked;
