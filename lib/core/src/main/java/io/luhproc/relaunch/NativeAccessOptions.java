package io.luhproc.relaunch;

import java.util.List;

/** Adds the JVM options with which jnr loads without a warning on stderr. */
final class NativeAccessOptions {
  private static final String NATIVE_ACCESS = "--enable-native-access=";
  private static final String ALL_UNNAMED = "ALL-UNNAMED";
  private static final String JFFI_MODULE = "org.jnrproject.jffi";
  private static final String UNSAFE_DISABLED = "-Djffi.unsafe.disabled=";
  // JDK 22 is the first to accept the value ALL-UNNAMED; JDK 24 warns without it.
  private static final int FIRST_JDK_WITH_NATIVE_ACCESS = 22;

  private NativeAccessOptions() {}

  /** Adds the missing options for a JVM of the given feature release. */
  static void addTo(List<String> options, int feature) {
    boolean hasNativeAccess = feature < FIRST_JDK_WITH_NATIVE_ACCESS;
    boolean hasUnsafeSetting = false;
    String needed = isModular() ? JFFI_MODULE : ALL_UNNAMED;
    for (String option : options) {
      hasUnsafeSetting |= option.startsWith(UNSAFE_DISABLED);
      hasNativeAccess |=
          option.startsWith(NATIVE_ACCESS)
              && covers(option.substring(NATIVE_ACCESS.length()), needed);
    }
    if (!hasNativeAccess) {
      options.add(NATIVE_ACCESS + needed); // repeated options are cumulative
    }
    if (!hasUnsafeSetting) {
      options.add(UNSAFE_DISABLED + "true");
    }
  }

  private static boolean covers(String modules, String needed) {
    return ("," + modules + ",").contains("," + needed + ",");
  }

  /** Returns whether jffi is a named module; naming one that does not exist prints a warning. */
  private static boolean isModular() {
    return NativeAccessOptions.class.getModule().isNamed()
        && ModuleLayer.boot().findModule(JFFI_MODULE).isPresent();
  }
}
