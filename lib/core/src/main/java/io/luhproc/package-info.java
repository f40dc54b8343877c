/**
 * Base exceptions that every package of luhproc can throw; start from {@link
 * io.luhproc.LuhprocException}.
 *
 * <pre>{@code
 * try {
 *   pm.stop("INDEXER", "main");
 * } catch (LuhprocException e) {
 *   System.err.println(e.getMessage()); // says what failed, why, and what to do
 * }
 * }</pre>
 */
@NullMarked
package io.luhproc;

import org.jspecify.annotations.NullMarked;
