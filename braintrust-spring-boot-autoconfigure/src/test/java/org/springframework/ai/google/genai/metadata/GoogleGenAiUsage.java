package org.springframework.ai.google.genai.metadata;

import java.util.List;

import org.springframework.ai.chat.metadata.DefaultUsage;

/**
 * A copy of Spring AI's class of this name, with the members that are read.
 */
public class GoogleGenAiUsage extends DefaultUsage {

	public GoogleGenAiUsage(Integer prompt, Integer completion, Integer total, Object nativeUsage) {
		super(prompt, completion, total, nativeUsage);
	}

	@Override
	public Long getCacheReadInputTokens() {
		return 4L;
	}

	public Integer getThoughtsTokenCount() {
		return 30;
	}

	public Integer getToolUsePromptTokenCount() {
		return null;
	}

	public List<GoogleGenAiModalityTokenCount> getPromptTokensDetails() {
		return List.of(new GoogleGenAiModalityTokenCount("TEXT", 8), new GoogleGenAiModalityTokenCount("AUDIO", 2));
	}

	public List<GoogleGenAiModalityTokenCount> getCandidatesTokensDetails() {
		return List.of(new GoogleGenAiModalityTokenCount("IMAGE", 5));
	}

}
