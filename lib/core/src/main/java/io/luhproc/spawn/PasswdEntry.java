package io.luhproc.spawn;

import java.util.Optional;

/**
 * A user of this machine, see passwd(5).
 *
 * @param name the login name
 * @param uid the user id
 * @param gid the id of the user's own group
 * @param home the home directory
 * @param shell the login shell
 */
public record PasswdEntry(String name, long uid, long gid, String home, String shell) {

  /**
   * Returns the user of a name or a number: from {@code /etc/passwd}, else by getent(1), which asks
   * LDAP and the like and may take its time.
   */
  public static Optional<PasswdEntry> find(String nameOrId) {
    return UserDatabase.SYSTEM.findUser(nameOrId);
  }
}
