package io.luhproc.cgroup;

/** Versions of the kernel's cgroup interface. */
enum CgroupVersion {
  /**
   * One hierarchy for each controller or a few of them; see cgroup-v1 in the kernel documentation.
   */
  V1,
  /** One unified hierarchy for all controllers; see cgroup-v2 in the kernel documentation. */
  V2
}
