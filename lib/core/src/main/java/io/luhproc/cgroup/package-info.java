/**
 * Control groups of the kernel: limits of a process and all that it starts, in force before its
 * first instruction; start from {@link io.luhproc.cgroup.Cgroups}.
 *
 * <p>Threading: {@link io.luhproc.cgroup.Cgroups} is immutable. Every method of a {@link
 * io.luhproc.cgroup.Cgroup} may be called by any thread, those that change it by one at a time;
 * none waits for anything but the kernel, some 10 microseconds for each file.
 */
@NullMarked
package io.luhproc.cgroup;

import org.jspecify.annotations.NullMarked;
