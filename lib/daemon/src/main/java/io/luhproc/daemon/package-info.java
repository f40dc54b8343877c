/**
 * The supervisor as a program.
 *
 * <p>Start from {@link io.luhproc.daemon.Daemon}:
 *
 * <pre>{@code
 * try (Daemon daemon = Daemon.open(Path.of("luhproc.toml"))) {
 *   daemon.start();
 *   daemon.awaitClose();
 * }
 * }</pre>
 */
@NullMarked
package io.luhproc.daemon;

import org.jspecify.annotations.NullMarked;
