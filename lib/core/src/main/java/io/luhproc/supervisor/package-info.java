/**
 * Services kept alive: what becomes of each of their processes, and why. Start from {@code
 * ServiceMachine}, the pure decisions, and from {@link io.luhproc.supervisor.ProcessState}, what
 * they may be in.
 */
@NullMarked
package io.luhproc.supervisor;

import org.jspecify.annotations.NullMarked;
