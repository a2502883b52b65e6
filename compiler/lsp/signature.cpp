// Signatures taken apart and followed; see the header.
#include "compiler/lsp/signature.hpp"

#include <algorithm>
#include <iterator>

namespace sbx::lsp {
namespace {

/// One place of a form: what may stand there.
struct FormItem {
    std::vector<std::string> choices;
    bool repeats = false;
    bool is_optional = false;  ///< with all up to `group_end`
    std::size_t group_end = 0;
};
using Form = std::vector<FormItem>;

bool is_language_word(std::string_view choice) {
    return !choice.empty() && std::all_of(choice.begin(), choice.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

std::vector<std::string> split(std::string_view text, std::string_view separator) {
    std::vector<std::string> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + separator.size());
    }
}

/// Takes `suffix` off the end of `text`; false where it is not there.
bool take_suffix(std::string& text, std::string_view suffix) {
    if (!text.ends_with(suffix)) {
        return false;
    }
    text.erase(text.size() - suffix.size());
    return true;
}

/// Blocks are left out, and so is what no word stands for.
bool is_punctuation(const std::string& word) {
    return word.empty() || word == "=" || word == "->" || word == "[=";
}

Form read_form(std::string_view text) {
    Form form;
    std::vector<std::size_t> groups;
    text = text.substr(0, text.find('{'));
    bool opens = false;
    for (std::string word : split(text, " ")) {
        if (word.starts_with('[') && word.size() > 1) {
            opens = true;
            word.erase(0, 1);
        } else if (word == "[") {
            continue;
        }
        if (const std::size_t part = word.find('['); part != std::string::npos) {
            word.erase(part);  // `UID[:GID]` is one word
        }
        const bool closes = take_suffix(word, "]");
        FormItem item;
        item.repeats = take_suffix(word, "…");
        static_cast<void>(take_suffix(word, ":"));
        if (is_punctuation(word)) {
            continue;
        }
        item.repeats = item.repeats || word == "ADDRESSES" || word == "PORTS";
        item.choices = split(word, "|");
        item.is_optional = opens;
        if (opens) {
            groups.push_back(form.size());
        }
        opens = false;
        form.push_back(std::move(item));
        if (closes && !groups.empty()) {
            form[groups.back()].group_end = form.size();
            groups.pop_back();
        }
    }
    return form;
}

/// What the keyword leaves of a signature's forms.
std::vector<Form> forms_behind_keyword(std::string_view signature) {
    std::vector<Form> forms;
    for (const std::string& text : split(signature, "  or  ")) {
        const std::size_t space = text.find(' ');
        forms.push_back(space == std::string::npos ? Form() : read_form(std::string_view(text).substr(space + 1)));
    }
    return forms;
}

bool has_word(const FormItem& item, std::string_view word) {
    return is_language_word(word) && std::find(item.choices.begin(), item.choices.end(), word) != item.choices.end();
}
bool has_place(const FormItem& item) {
    return std::any_of(item.choices.begin(), item.choices.end(), [](const std::string& each) { return !is_language_word(each); });
}

/// The places of a form that the next word may be at.
using FormPlaces = std::set<std::size_t>;

void add_place(const Form& form, std::size_t at, FormPlaces& places) {
    if (places.insert(at).second && at < form.size() && form[at].is_optional) {
        add_place(form, form[at].group_end, places);
    }
}

/// Where a form is, and whether the word that led there is one of its own.
struct Step {
    FormPlaces places;
    bool is_own_word = false;
};

Step followed(const Form& form, const FormPlaces& from, std::string_view word) {
    const auto takes_word = [&](std::size_t at) { return at < form.size() && has_word(form[at], word); };
    Step step;
    step.is_own_word = std::any_of(from.begin(), from.end(), takes_word);
    for (const std::size_t at : from) {
        if (at < form.size() && (step.is_own_word ? takes_word(at) : has_place(form[at]))) {
            add_place(form, at + 1, step.places);
            if (form[at].repeats) {
                step.places.insert(at);
            }
        }
    }
    return step;
}

}  // namespace

NextWords next_words(std::string_view signature, const std::vector<std::string_view>& before) {
    const std::vector<Form> forms = forms_behind_keyword(signature);
    std::vector<FormPlaces> places(forms.size());
    for (std::size_t i = 0; i < forms.size(); ++i) {
        add_place(forms[i], 0, places[i]);
    }
    for (std::size_t number = 0; number < before.size(); ++number) {
        std::vector<Step> steps;
        for (std::size_t i = 0; i < forms.size(); ++i) {
            steps.push_back(followed(forms[i], places[i], before[number]));
        }
        const bool is_decided =
            number > 0 && std::any_of(steps.begin(), steps.end(), [](const Step& step) { return step.is_own_word; });
        for (std::size_t i = 0; i < forms.size(); ++i) {
            places[i] = is_decided && !steps[i].is_own_word ? FormPlaces() : std::move(steps[i].places);
        }
    }
    NextWords next;
    for (std::size_t i = 0; i < forms.size(); ++i) {
        for (const std::size_t at : places[i]) {
            next.may_end = next.may_end || at >= forms[i].size();
            for (const std::string& choice : at < forms[i].size() ? forms[i][at].choices : std::vector<std::string>()) {
                (is_language_word(choice) ? next.words : next.places).insert(choice);
            }
        }
    }
    return next;
}

std::set<std::string> words_in(std::string_view signature) {
    std::set<std::string> words;
    for (const Form& form : forms_behind_keyword(signature)) {
        for (const FormItem& item : form) {
            std::copy_if(item.choices.begin(), item.choices.end(), std::inserter(words, words.end()), is_language_word);
        }
    }
    return words;
}

}  // namespace sbx::lsp
