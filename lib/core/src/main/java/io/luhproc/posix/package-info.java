/**
 * System calls that the JDK does not offer. Start from {@link io.luhproc.posix.Posix}, or from
 * {@link io.luhproc.posix.PosixSpawner} to start many processes.
 *
 * <p>Both load jnr lazily, on first use. Loading takes about 200 ms, so {@code check()}, {@code
 * start()}, {@code info()} and {@code list()} of a worker never touch this package, and a
 * supervisor loads it on a background thread. {@link io.luhproc.posix.JvmExclusion} needs no jnr.
 * Where jnr cannot be loaded without a warning, {@link io.luhproc.posix.Posix} runs shell commands
 * instead.
 *
 * <p>All methods are thread-safe, except {@link io.luhproc.posix.PosixSpawner#awaitExits}.
 */
@NullMarked
package io.luhproc.posix;

import org.jspecify.annotations.NullMarked;
