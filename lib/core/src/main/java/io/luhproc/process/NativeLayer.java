package io.luhproc.process;

import java.util.List;

/** The options that let jnr, our native layer, load without a word on stderr. */
final class NativeLayer {
  private static final String ACCESS = "--enable-native-access=";
  private static final String UNNAMED = "ALL-UNNAMED";
  private static final String MODULE = "org.jnrproject.jffi";
  private static final String UNSAFE = "-Djffi.unsafe.disabled=";
  // Final API, and so a known option value ALL-UNNAMED, since JDK 22; JDK 24 warns without it.
  private static final int FIRST_JDK_WITH_ACCESS = 22;

  private NativeLayer() {}

  /** Adds what is missing from the options of a JVM of the given feature release. */
  static void addTo(List<String> options, int feature) {
    boolean access = feature < FIRST_JDK_WITH_ACCESS;
    boolean unsafe = false;
    String needed = isModular() ? MODULE : UNNAMED;
    for (String option : options) {
      unsafe |= option.startsWith(UNSAFE);
      access |= option.startsWith(ACCESS) && covers(option.substring(ACCESS.length()), needed);
    }
    if (!access) {
      options.add(ACCESS.concat(needed)); // several of these options add up
    }
    if (!unsafe) {
      options.add(UNSAFE.concat("true"));
    }
  }

  private static boolean covers(String modules, String needed) {
    return ",".concat(modules).concat(",").contains(",".concat(needed).concat(","));
  }

  /** Naming a module that is not there earns a warning, so look. */
  private static boolean isModular() {
    return NativeLayer.class.getModule().isNamed()
        && ModuleLayer.boot().findModule(MODULE).isPresent();
  }
}
