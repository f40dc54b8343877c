package io.luhproc.cgroup;

/** The two interfaces that the kernel has for control groups. */
enum CgroupVersion {
  /** One hierarchy for each controller, or for a few; kernel document cgroup-v1. */
  V1,
  /** One hierarchy for all, also called unified; kernel document cgroup-v2. */
  V2
}
