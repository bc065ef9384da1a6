package dev.braintrust.spring;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

import org.springframework.util.Assert;

/**
 * Thrown if you ask for a Braintrust project whose key is not declared under
 * {@code braintrust.projects}. The message lists the declared keys.
 *
 * @see BraintrustProjects#tracer(String)
 */
public class NoSuchBraintrustProjectException extends RuntimeException {

	private final String key;

	private final Set<String> knownKeys;

	/**
	 * Create an exception for an unknown key.
	 * @param key the key that you asked for
	 * @param knownKeys the keys of the declared projects
	 */
	public NoSuchBraintrustProjectException(String key, Collection<String> knownKeys) {
		super(message(key, knownKeys));
		this.key = key;
		this.knownKeys = Set.copyOf(knownKeys);
	}

	/**
	 * The key that was asked for.
	 * @return the unknown key
	 */
	public String getKey() {
		return this.key;
	}

	/**
	 * The keys that are declared.
	 * @return the declared keys, in no particular order
	 */
	public Set<String> getKnownKeys() {
		return this.knownKeys;
	}

	private static String message(String key, Collection<String> knownKeys) {
		Assert.notNull(key, "'key' must not be null");
		Assert.notNull(knownKeys, "'knownKeys' must not be null");
		String known = knownKeys.isEmpty() ? "no project is declared"
				: "declared are: " + String.join(", ", new TreeSet<>(knownKeys));
		return "No Braintrust project with the key '" + key + "' (" + known + ")";
	}

}
