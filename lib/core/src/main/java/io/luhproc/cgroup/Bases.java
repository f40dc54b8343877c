package io.luhproc.cgroup;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Under which directories the groups of supervised processes are made.
 *
 * @param directories one for each hierarchy that is used, the unified one first; empty: none
 * @param gaps why each controller that is in none of them cannot be used
 */
record Bases(List<GroupDir> directories, Map<String, Gap> gaps) {

  /** Returns why a controller is in no directory of a group. */
  Gap gap(String controller) {
    return Optional.ofNullable(gaps.get(controller))
        .orElseGet(
            () ->
                new Gap(
                    "the group of this process was made without the controller " + controller,
                    "restart the process"));
  }
}
