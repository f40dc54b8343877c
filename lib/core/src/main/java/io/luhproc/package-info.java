/**
 * Contains the exceptions that all packages of luhproc throw.
 *
 * <pre>{@code
 * try {
 *   manager.start("INDEXER", "main");
 * } catch (DirectoryLockedException e) {
 *   System.err.println("start or stop in progress, try again: " + e.getMessage());
 * } catch (LuhprocException e) {
 *   System.err.println(e.getMessage());
 * }
 * }</pre>
 *
 * <p>Start from {@link io.luhproc.LuhprocException}.
 */
@NullMarked
package io.luhproc;

import org.jspecify.annotations.NullMarked;
