/**
 * Linux control groups of supervised processes, which enforce resource limits from their first
 * instruction; start from {@link io.luhproc.cgroup.Cgroups}.
 *
 * <p>Threading: {@link io.luhproc.cgroup.Cgroups} is immutable. All methods of {@link
 * io.luhproc.cgroup.Cgroup} can be called by any thread, those that change it by one thread at a
 * time. They block only for reads and writes of interface files, about 10 microseconds each.
 */
@NullMarked
package io.luhproc.cgroup;

import org.jspecify.annotations.NullMarked;
