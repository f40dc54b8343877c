package io.luhproc.spawn;

import java.util.Optional;
import java.util.OptionalLong;

/** Finds the ids of users. */
public final class UserIds {
  private UserIds() {}

  /** Returns the id of a user by its name or id; empty if this machine does not know it. */
  public static OptionalLong find(String nameOrId) {
    Optional<UserDatabase.User> user = UserDatabase.SYSTEM.findUser(nameOrId);
    if (user.isPresent()) {
      return OptionalLong.of(user.get().uid());
    }
    return UserDatabase.isNumericId(nameOrId)
        ? OptionalLong.of(Long.parseLong(nameOrId))
        : OptionalLong.empty();
  }
}
