package io.luhproc.cgroup;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Under which directories the groups of supervised processes are made.
 *
 * @param directories one for each hierarchy that is used, the unified one first; empty: none
 * @param unavailable why each controller that is in none of them cannot be used
 */
record CgroupRoots(List<CgroupDir> directories, Map<String, UnavailableReason> unavailable) {

  /** Returns why a controller is in no directory of a group. */
  UnavailableReason unavailableReason(String controller) {
    return Optional.ofNullable(unavailable.get(controller))
        .orElseGet(
            () ->
                new UnavailableReason(
                    "the group of this process was made without the controller " + controller,
                    "restart the process"));
  }
}
