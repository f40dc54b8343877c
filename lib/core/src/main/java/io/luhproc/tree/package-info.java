/**
 * Finds, signals and stops whole process trees.
 *
 * <p>Start from {@link io.luhproc.tree.TreeStopService} for many trees on one thread, or {@link
 * io.luhproc.tree.TreeStopper} for one tree on the calling thread. Both run a {@code StopTreeTask}:
 *
 * <ol>
 *   <li>A {@code ProcessSnapshot} is taken once for all tasks that are due. For trees with a limit
 *       marker, a {@code ProcessIndex} saves reading processes that cannot be members.
 *   <li>{@code TreeTracker} and {@code TreeMembershipResolver} select the members of the tree: the
 *       root, the processes with its limit marker or its marker in {@code LUHPROC_DIR}, the
 *       processes in its container, their descendants, and the orphans in their sessions and
 *       process groups.
 *   <li>All members receive the stop signal, and after the grace period SIGKILL.
 *   <li>Scans repeat until one finds no member.
 * </ol>
 *
 * <p>{@code TreeStopService} is thread-safe. All other classes are confined to one thread.
 */
@NullMarked
package io.luhproc.tree;

import org.jspecify.annotations.NullMarked;
