/**
 * The calls of the kernel that Java has no way to: {@link io.luhproc.posix.Posix}, loaded lazily
 * through jnr.
 *
 * <p>Loading jnr takes about 200 ms, so nothing on the way of {@code check()}, {@code start()},
 * {@code info()} or {@code list()} touches this package.
 */
@NullMarked
package io.luhproc.posix;

import org.jspecify.annotations.NullMarked;
