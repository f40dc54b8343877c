/**
 * Values that describe operating system processes: signals, exit results, process details.
 *
 * <pre>{@code
 * supervisor.signal("shop", "SIGHUP");
 * Optional<ProcessInfo> info = supervisor.info("shop", "web");
 * info.ifPresent(it -> System.out.println(it.pid() + ": " + it.rssBytes()));
 * }</pre>
 *
 * <p>Start from {@link io.luhproc.process.ProcessInfo}. All types are immutable.
 */
@NullMarked
package io.luhproc.process;

import org.jspecify.annotations.NullMarked;
