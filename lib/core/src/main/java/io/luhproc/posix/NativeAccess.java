package io.luhproc.posix;

import java.lang.reflect.InvocationTargetException;
import java.util.function.Supplier;

/**
 * Decides whether native code can be loaded without a warning on stderr.
 *
 * <p>Since JDK 24, {@code System.load} from a module without {@code --enable-native-access} prints
 * a warning (JEP 472). A library must not write to the stderr of its users.
 */
final class NativeAccess {
  private static final int FIRST_JDK_WARNING = 24;
  // JDK 24 and later warn about sun.misc.Unsafe, which jffi uses unless this property is set.
  private static final String JFFI_UNSAFE_DISABLED = "jffi.unsafe.disabled";

  private NativeAccess() {}

  static boolean loadsWithoutWarning() {
    return Runtime.version().feature() < FIRST_JDK_WARNING || isEnabled();
  }

  /** Runs a loader that uses jnr; one at a time, because concurrent loading could deadlock. */
  static synchronized <T> T loadSerially(Supplier<T> loader) {
    if (System.getProperty(JFFI_UNSAFE_DISABLED) == null) {
      System.setProperty(JFFI_UNSAFE_DISABLED, "true");
    }
    return loader.get();
  }

  private static boolean isEnabled() {
    try {
      ClassLoader loader = NativeAccess.class.getClassLoader();
      Module jffi = Class.forName("com.kenai.jffi.Foreign", false, loader).getModule();
      // Module.isNativeAccessEnabled is new in JDK 22, and we compile for 17.
      return (boolean) Module.class.getMethod("isNativeAccessEnabled").invoke(jffi);
    } catch (ClassNotFoundException
        | NoSuchMethodException
        | IllegalAccessException
        | InvocationTargetException ignored) {
      // Assume a warning: shell commands do the same, only slower.
      return false;
    }
  }
}
