package io.luhproc.relaunch;

import java.util.List;

/** The options that let jnr, our native layer, load without a word on stderr. */
final class NativeAccessOptions {
  private static final String NATIVE_ACCESS = "--enable-native-access=";
  private static final String ALL_UNNAMED = "ALL-UNNAMED";
  private static final String JFFI_MODULE = "org.jnrproject.jffi";
  private static final String UNSAFE_DISABLED = "-Djffi.unsafe.disabled=";
  // Final API, and so a known option value ALL-UNNAMED, since JDK 22; JDK 24 warns without it.
  private static final int FIRST_JDK_WITH_NATIVE_ACCESS = 22;

  private NativeAccessOptions() {}

  /** Adds what is missing from the options of a JVM of the given feature release. */
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
      options.add(NATIVE_ACCESS.concat(needed)); // several of these options add up
    }
    if (!hasUnsafeSetting) {
      options.add(UNSAFE_DISABLED.concat("true"));
    }
  }

  private static boolean covers(String modules, String needed) {
    return ",".concat(modules).concat(",").contains(",".concat(needed).concat(","));
  }

  /** Naming a module that is not there earns a warning, so look. */
  private static boolean isModular() {
    return NativeAccessOptions.class.getModule().isNamed()
        && ModuleLayer.boot().findModule(JFFI_MODULE).isPresent();
  }
}
