package io.luhproc.relaunch;

import java.util.ArrayList;
import java.util.List;

/**
 * How the JVM options of a worker differ from those of this JVM.
 *
 * @param added additional options, which come last
 * @param removedPrefixes prefixes of options of this JVM that are not passed on
 */
record OptionChanges(List<String> added, List<String> removedPrefixes) {
  static final OptionChanges NONE = new OptionChanges(List.of(), List.of());

  /** Returns whether an option of this JVM is not passed on. */
  boolean removes(String option) {
    for (String prefix : removedPrefixes) {
      if (option.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  OptionChanges withAdded(List<String> options) {
    return new OptionChanges(options, removedPrefixes);
  }

  OptionChanges withRemoved(List<String> prefixes) {
    List<String> all = new ArrayList<>(removedPrefixes);
    all.addAll(prefixes);
    return new OptionChanges(added, all);
  }
}
