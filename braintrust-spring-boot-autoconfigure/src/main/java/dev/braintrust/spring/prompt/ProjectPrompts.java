package dev.braintrust.spring.prompt;

import dev.braintrust.spring.BraintrustProject;

/**
 * The prompts of one project. There is a bean of each declared project, which you inject
 * by its key:
 *
 * <pre class="code">
 * &#64;Autowired
 * &#64;BraintrustProject("support")
 * ProjectPrompts prompts;
 * </pre>
 *
 * @see BraintrustProject
 * @see BraintrustPrompts
 */
public interface ProjectPrompts {

	/**
	 * The key of the project.
	 * @return the key
	 */
	String project();

	/**
	 * Asks for a prompt. Nothing is loaded before {@link PromptRequest#get()}.
	 * @param slug the slug of the prompt in Braintrust
	 * @return what asks for the version
	 */
	PromptRequest load(String slug);

}
