package io.luhproc.posix;

import java.lang.reflect.InvocationTargetException;
import java.util.function.Supplier;

/**
 * Whether native code can be loaded without a warning on stderr.
 *
 * <p>From JDK 24 on, {@code System.load} from a module without {@code --enable-native-access} warns
 * (JEP 472). A library has no business on the stderr of its users.
 */
final class NativeAccess {
  private static final int FIRST_JDK_WARNING = 24;
  // jffi reaches for sun.misc.Unsafe, of which JDK 24 and later warn; it has another way.
  private static final String JFFI_UNSAFE_DISABLED = "jffi.unsafe.disabled";

  private NativeAccess() {}

  static boolean loadsWithoutWarning() {
    return Runtime.version().feature() < FIRST_JDK_WARNING || isEnabled();
  }

  /** Loads something that takes jnr; one thing after the other, as its classes load each other. */
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
      // No way to ask means no way to be sure: the commands do the same, only slower.
      return false;
    }
  }
}
