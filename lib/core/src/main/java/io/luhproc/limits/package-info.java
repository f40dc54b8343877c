/**
 * Resource limits of a process tree, and which of them are enforced. Start from {@link
 * io.luhproc.limits.ResourceLimits}.
 *
 * <pre>{@code
 * ResourceLimits limits =
 *     ResourceLimits.builder()
 *         .memory("512MiB")
 *         .cpuPercent(150) // one and a half cores
 *         .pids(64)
 *         .io(IoLimit.of(Path.of("/var/lib/shop"), 50_000_000, 10_000_000)) // bytes per second
 *         .build();
 * ServiceSpec shop =
 *     ServiceSpec.named("shop")
 *         .process(ProcessSpec.command("web", "./web").limits(limits))
 *         .build();
 *
 * LimitReport report = supervisor.start("shop").get().process("web").limits();
 * if (!report.isFullyEnforced()) {
 *   System.out.println(report); // a reason and a remedy for each limit
 * }
 * }</pre>
 *
 * <p>All types are immutable, except {@link io.luhproc.limits.ResourceLimits.Builder}, which is not
 * thread-safe.
 */
@NullMarked
package io.luhproc.limits;

import org.jspecify.annotations.NullMarked;
