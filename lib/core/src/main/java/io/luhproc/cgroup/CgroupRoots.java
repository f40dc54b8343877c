package io.luhproc.cgroup;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The directories in which the cgroups of supervised processes are created.
 *
 * @param directories one for each hierarchy in use, the unified one first; empty if cgroups are
 *     unavailable
 * @param unavailable the reason for each controller that none of them has
 */
record CgroupRoots(List<CgroupDir> directories, Map<String, UnavailableReason> unavailable) {

  /** Returns why a cgroup does not have a controller. */
  UnavailableReason unavailableReason(String controller) {
    return Optional.ofNullable(unavailable.get(controller))
        .orElseGet(
            () ->
                new UnavailableReason(
                    "the cgroup was created without the controller " + controller,
                    "restart the process"));
  }
}
