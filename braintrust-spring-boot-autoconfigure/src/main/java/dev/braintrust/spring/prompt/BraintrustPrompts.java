package dev.braintrust.spring.prompt;

import java.util.Set;

import dev.braintrust.spring.NoSuchBraintrustProjectException;

/**
 * The prompts of all declared projects, for keys that you know only at run time.
 *
 * @see ProjectPrompts
 */
public interface BraintrustPrompts {

	/**
	 * The keys of all declared projects.
	 * @return the keys
	 */
	Set<String> keys();

	/**
	 * The prompts of a project.
	 * @param key the key of a declared project
	 * @return its prompts
	 * @throws NoSuchBraintrustProjectException if no such project is declared
	 */
	ProjectPrompts of(String key);

}
