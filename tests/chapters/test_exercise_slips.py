"""What readers write by mistake in an exercise is refused, and for its own reason."""

# ruff: noqa: E501 (a table is read by its rows)
import linecache

import pytest
from exercise_cells import CHAPTERS, exercises, with_imports

from pooling.checks import check_function
from pooling.exercises import MODELS

SOURCES = {name: (path, code) for path in CHAPTERS for name, code in exercises(path)}

# fmt: off
# What is written instead of what in the course's solution (pairs), and what the message must say.
SLIPS = {
    "fitted_lines": [
        (["slope, intercept =", "intercept, slope ="], "intercept slope swapped"),
        (['"intercept": intercept,', '"intercept": slope,', '"slope": slope,', '"slope": intercept,'], "intercept slope swapped"),
        (["residual.abs().max()", "residual.max()"], "largest_residual above absolute"),
        (["residual.abs().max()", "max(residual)"], "largest_residual above absolute"),
        (["residual.abs().max()", "residual.std(ddof=0)"], "largest_residual residual standard deviation largest distance"),
        (["polyfit(day, reaction, 1)", "polyfit(reaction, day, 1)"], "intercept day on reaction time polyfit"),
        (["day, reaction = own", "day, reaction = own", 'own["day"], own', '(own["day"] - own["day"].mean()), own'], "intercept mean subject's own days day 0"),
        (["day, reaction = own", "day, reaction = own", 'own["day"], own', '(own["day"] - frame["day"].mean()), own'], "intercept mean day of all rows day 0"),
        (["polyfit(day, reaction, 1)", 'polyfit(frame["day"], frame["reaction"], 1)'], "intercept one line through all rows each subject"),
        (['            "n": len(own),\n', ""], "no n"),
    ],
    "on_training_scale": [
        (["- train[name]", "- heldout[name]", "/ train[name]", "/ heldout[name]"], "x held-out rows themselves training rows"),
        (["    x, y", "    train = heldout\n    x, y"], "x held-out rows themselves training rows"),
        (["ddof=0", "ddof=1"], "x ddof=1 ddof=0"),
        ([".std(ddof=0)", ".std()"], "x ddof=1 pandas"),
        (["- train[name]", "- heldout[name]"], "x centred own mean training rows"),
        (["    x, y", "    import pandas as pd\n    train = pd.concat([train, heldout])\n    x, y"], "x all rows"),
        ([".std(ddof=0)", ".var(ddof=0)"], "x divided standard deviation days"),
        (["return x.to_numpy(), y.to_numpy()", "return y.to_numpy(), x.to_numpy()"], "x y swapped"),
        (["return x.to_numpy(), y.to_numpy()", 'return heldout["day"], heldout["reaction"]'], "x days milliseconds not standardised"),
    ],
    "other_factor": [
        (["(n - 1) / n", "n / (n - 1)"], "other way round"),
        (["np.sqrt((n - 1) / n)", "(n / (n - 1)) ** 0.5"], "other way round"),
        (["np.sqrt((n - 1) / n)", "(n - 1) / n"], "variances root"),
        (["np.sqrt((n - 1) / n)", "1 - 1 / n"], "variances root"),
    ],
    "slope_errors": [
        (["len(frame) - 2 * len(lines)", "len(frame)"], "number of rows two"),
        (["squares / (len(frame) - 2 * len(lines))", '(lines["residual_sd"] ** 2 * lines["n"] / len(frame)).sum()'], "number of rows two"),
        (["ddof=0", "ddof=1"], "ddof"),
        (["days.var(ddof=0)", "days.var()"], "ddof"),
        (["* days.size()", ""], "variance sum squares"),
        (["scatter / np.sqrt", 'lines["residual_sd"] / np.sqrt'], "own σ"),
        (["return scatter / np.sqrt(spread)", "return (scatter / np.sqrt(spread)) ** 2"], "squared variance standard deviation"),
        (["return scatter / np.sqrt(spread)", "return scatter**2 / spread"], "squared variance standard deviation"),
    ],
    "missed_slopes": [
        (['(kept["slope"] - every["slope"]).abs()', '(kept["slope"] - every["slope"])'], "signs absolute"),
        (['(kept["slope"] - every["slope"]).abs()', 'every["slope"].rsub(kept["slope"])'], "signs absolute"),
        (['return missed.groupby(kept["n"]).mean()', 'return (missed**2).groupby(kept["n"]).mean() ** 0.5'], "RMSE mean distance"),
        (['return missed.groupby(kept["n"]).mean()', 'return missed.groupby(kept["n"]).agg(lambda e: np.sqrt((e * e).mean()))'], "RMSE mean distance"),
        ([".mean()", ".median()"], "median mean"),
        ([".mean()", ".sum()"], "sum mean"),
    ],
    "true_correlation": [
        (["- noise\n", "\n"], "estimates subtract"),
        (["noise = variance", "noise = 0 * variance"], "estimates subtract"),
        (["- noise\n", "+ noise\n"], "added subtract"),
        (['lines["intercept"] + slope * origin', 'lines["intercept"]', '.unique()) - origin', ".unique())"], "day 0 origin"),
        (["    lines =", "    origin = 0\n    lines ="], "day 0 origin"),
    ],
    "expected_errors": [
        (["sigma**2 / n_rows,", "sigma**2,"], "own σ² n"),
        (["sigma**2 / n_rows,", "sigma * sigma,"], "own σ² n"),
        (["1 / (1 / own + 1 / population)", "1 / own + 1 / population"], "weighted sum precisions one over"),
        (["1 / (1 / own + 1 / population)", "n_rows / sigma**2 + tau**-2"], "weighted sum precisions one over"),
        (["1 / (1 / own + 1 / population)", "population / (own + population)"], "weighted weight of the own rows"),
    ],
    "worst_diagnostics": [
        (['["r_hat"].max()', '["r_hat"].min()'], "r_hat smallest largest"),
        (['table["r_hat"].max()', 'sorted(table["r_hat"])[0]'], "r_hat smallest largest"),
        (['["ess_bulk"].min()', '["ess_bulk"].max()'], "ess_bulk largest smallest"),
        (['table["ess_tail"].min()', 'np.max(table["ess_tail"])'], "ess_tail largest smallest"),
        (['["r_hat"].max()', '["r_hat"].mean()'], "r_hat mean"),
        (['int(statistics["diverging"].sum())', 'float(statistics["diverging"].mean())'], "divergences share number"),
        (['int(statistics["diverging"].sum())', 'float((~statistics["diverging"]).sum())'], "divergences did not"),
        (['"ess_bulk": table["ess_bulk"]', '"ess_bulk": table["ess_tail"]', '"ess_tail": table["ess_tail"]', '"ess_tail": table["ess_bulk"]'], "ess_bulk ess_tail swapped"),
    ],
    "population_slope": [
        (["[0.055, 0.945]", "[0.05, 0.95]"], "low 5 % 95 % 90 % 5.5 %"),
        (["np.quantile(slopes, [0.055, 0.945])", "np.percentile(slopes, [5, 95])"], "low 5 % 95 % 90 % 5.5 %"),
        (["np.quantile(slopes, [0.055", "np.percentile(slopes, [0.055"], "low percentile per cent"),
        (["draws * scaler.ms_per_day", "draws"], "mean standardised scale ms_per_day"),
        (["draws * scaler.ms_per_day", "scaler.to_ms(draws)"], "mean reaction time mean added slope only scaled"),
        (["draws * scaler.ms_per_day", "draws * scaler.reaction_sd + scaler.reaction_mean"], "mean reaction time mean added slope only scaled"),
        (["draws * scaler.ms_per_day", "draws * scaler.reaction_sd"], "reaction times only divide days"),
        (['["mu_beta"]', '["mu_alpha"]'], "intercepts mu_beta"),
        (["slopes.mean()", "np.median(slopes)"], "median mean"),
        (["low, high = np.quantile(slopes, [0.055, 0.945])", "low, high = slopes.mean() - slopes.std(), slopes.mean() + slopes.std()"], "one standard deviation quantiles"),
        (["low, high = np.quantile(slopes, [0.055, 0.945])", "low, high = az.hdi(slopes.ravel(), prob=0.89)"], "HDI"),
    ],
    "reaction_at": [
        (["scaler.to_x(day)", "day"], "day as it is standardised"),
        (["slopes * scaler.to_x(day)", "slopes * (0 + day)"], "day as it is standardised"),
        (["scaler.to_x(day)", "(day - scaler.day_mean)"], "only centred day_sd"),
        (["return scaler.to_ms(y)", "return y"], "standardised scale milliseconds"),
        (["return scaler.to_ms(y)", "return y * scaler.reaction_sd"], "only scaled mean"),
        (["return scaler.to_ms(y)", "return scaler.to_ms(y) - scaler.reaction_mean"], "only scaled mean"),
        (["return scaler.to_ms(y)", "return y * scaler.ms_per_day"], "as a slope is"),
        (["return scaler.to_ms(y)", "return scaler.to_ms(y).mean()"], "mean over the draws every draw"),
        (["+ slopes * scaler.to_x(day)", ""], "mean day along the line"),
    ],
    "draws_needed": [
        (["(error / wanted) ** 2", "error / wanted"], "square root"),
        (["n_draws * (error / wanted) ** 2", "error * n_draws / wanted"], "square root"),
        (["n_draws * (error", "(error"], "how many times"),
        (["(error / wanted) ** 2", "(wanted / error) ** 2"], "upside down"),
        (["error / wanted) ** 2", "error / wanted) ** 2 - n_draws"], "additional all"),
    ],
    "chain_means": [
        ([" / np.sqrt(chains.shape[1])", ""], "error standard deviation root number"),
        (["np.sqrt(chains.shape[1])", "chains.shape[1]"], "error over the number root"),
        (["chains.std(axis=1) / np.sqrt(chains.shape[1])", "np.array([c.std() / len(c) for c in chains])"], "error over the number root"),
        (["axis=1", "axis=0", "chains.shape[1]", "chains.shape[0]"], "over the chains each draw"),
        (["    errors =", "    chains = chains.T\n    errors ="], "over the chains each draw"),
    ],
    "slope_summary": [
        (["[0.055, 0.945]", "[0.05, 0.95]"], "low 5 % 95 % 90 % 5.5 %"),
        (["np.quantile(slopes, [0.055, 0.945]", "np.percentile(slopes, [5, 95]"], "low 5 % 95 % 90 % 5.5 %"),
        (["[0.055, 0.945]", "[0.11, 0.89]"], "low 11 % 89 % 78 %"),
        (["slopes * scaler.ms_per_day", "slopes"], "mean standardised scale ms_per_day"),
        (["slopes * scaler.ms_per_day", "scaler.to_ms(slopes)"], "mean added slope only scaled"),
        (["slopes * scaler.ms_per_day", "slopes * scaler.reaction_sd"], "reaction times only days"),
        (["slopes * scaler.ms_per_day", "slopes / scaler.ms_per_day"], "divided multiply"),
        (["beta_s", "alpha_s"], "alpha_s slopes"),
        (["slopes.mean(axis=-1)", "np.median(slopes, axis=-1)"], "median mean"),
        (["axis=-1", "axis=0"], "over the subjects each subject"),
        (["high - low", "high + low"], "width"),
        (["high - low", "2 * (high - low)"], "width multiplied by 2"),
    ],
    "own_weight": [
        (["sigma**2 / tau**2", "sigma / tau"], "σ/τ variances"),
        (["sigma**2 / tau**2", "tau**2 / sigma**2"], "τ²/σ²"),
        (["sigma**2 / tau**2", "(tau / sigma) ** 2"], "τ²/σ²"),
        ([".sum()", ".mean()"], "mean sum"),
        (["((x - x.mean()) ** 2).sum()", "x.var()"], "mean sum"),
        (["(x - x.mean())", "x"], "about 0 own mean"),
        (["return spread", "return 1 - spread"], "left population one minus"),
        (["((x - x.mean()) ** 2).sum()", "len(x)"], "level number of rows spread"),
    ],
    "share_of_way": [
        (["np.abs(none - partial)", "(none - partial)", "np.abs(none - centre)", "(none - centre)"], "signs absolute"),
        (["np.abs(none - partial)", "np.abs(partial - centre)"], "left moved"),
        (["return moved / np", "return 1 - moved / np"], "one minus"),
        (["np.abs(none - centre).sum()", "np.abs(none).sum()"], "estimates themselves distance centre"),
        (["    moved = np.abs(none - partial).sum()\n    return moved / np.abs(none - centre).sum()", "    return (np.abs(none - partial) / np.abs(none - centre)).mean()"], "own shares two sums"),
        (["    moved = np.abs(none - partial).sum()\n    return moved / np.abs(none - centre).sum()", "    return np.mean([abs(a - b) / abs(a - centre) for a, b in zip(none, partial)])"], "own shares two sums"),
    ],
    "new_slope_interval": [
        (["rng.normal(mu, tau)", "mu"], "centre differs τ"),
        (["rng.normal(mu, tau)", "rng.normal(mu, 1e-9)"], "centre differs τ"),
        (["rng.normal(mu, tau) * ms_per_day", "rng.normal(mu, tau)"], "standardised scale ms_per_day"),
        (["rng.normal(mu, tau)", "rng.normal(mu, tau**2)"], "variance τ²"),
        (["rng.normal(mu, tau)", "rng.normal(0, tau)"], "differences centre μ"),
        (["rng.normal(mu, tau)", "tau * rng.standard_normal(len(tau))"], "differences centre μ"),
    ],
    "james_stein": [
        (["shape[1] - 3", "shape[1] - 2"], "n − 2 n − 3"),
        (["shape[1] - 3", "shape[1] - 1"], "n − 1 n − 3"),
        (["y.shape[1] - 3", "18 - 3"], "18 n − 3"),
        (["np.maximum(0, 1 - (y.shape[1] - 3) / total)", "1 - (y.shape[1] - 3) / total"], "negative"),
        (["return mean + w * (y - mean)", "return w"], "only the weight estimates"),
        (["return mean + w * (y - mean)", "return y"], "measurements themselves"),
        (["y.mean(axis=1, keepdims=True)", "y.mean()"], "all sets"),
        (["((y - mean) ** 2).sum(", "((y - mean) ** 2).mean("], "mean square sum of squares"),
        (["total = ((y - mean) ** 2).sum(axis=1, keepdims=True)", "total = y.var(axis=1, keepdims=True)"], "mean square sum of squares"),
    ],
    "band_by_row": [
        (["[0.055, 0.945]", "[0.05, 0.95]"], "low 5 % 95 % 90 %"),
        (["np.quantile(flat, [0.055, 0.945]", "np.percentile(flat, [5, 95]"], "low 5 % 95 % 90 %"),
        (["[0.055, 0.945]", "[0.025, 0.975]"], "low 2.5 % 97.5 % 95 %"),
        (["axis=0", "axis=1"], "over the rows each row"),
        (["flat = replicated.reshape(-1, replicated.shape[-1])", "flat = replicated"], "chains"),
        (["flat = replicated.reshape(-1, replicated.shape[-1])", "flat = replicated[0]"], "first chain"),
        (["return flat.mean(axis=0), low, high", "return flat.mean(axis=0), high, low"], "low high swapped"),
        (["low, high = np.quantile(flat, [0.055, 0.945], axis=0)", "low, high = flat.mean(axis=0) - 1.6 * flat.std(axis=0), flat.mean(axis=0) + 1.6 * flat.std(axis=0)"], "1.6"),
        (["return flat.mean(axis=0)", "return np.median(flat, axis=0)"], "median mean"),
    ],
    "share_as_large": [
        (["replicated.mean(axis=-1) >=", "replicated >="], "single mean of each data set"),
        (["(replicated.mean(axis=-1) >= observed.mean()).mean()", "np.mean(replicated.ravel() >= observed.mean())"], "single mean of each data set"),
        ([">=", "<"], "smaller as large"),
        (["observed.mean()).mean()", "observed.mean()).sum()"], "number share"),
        (["axis=-1", "axis=(0, 1)"], "rows' means data set"),
    ],
    "longest_side": [
        (["one_side = np.maximum(count, own.shape[-1] - count)", "one_side = count"], "above below as well"),
        (["np.maximum(count, own.shape[-1] - count)", "own.sum(axis=-1)"], "above below as well"),
        (["overall_line = X @ np.linalg.pinv(X)", "overall_line = np.full((len(day), len(day)), 1 / len(day))"], "mean of all rows least-squares"),
        (["reaction > reaction @ overall_line.T", "reaction > reaction.mean(axis=-1, keepdims=True)"], "mean of all rows least-squares"),
    ],
    "lead_and_error": [
        (["leads.groupby(np.asarray(subject)).sum()", "leads"], "error rows person"),
        (["person.std() * np.sqrt(len(person))", "leads.std() * np.sqrt(len(leads))"], "error rows person"),
        (["* np.sqrt(len(person))", ""], "error standard deviation over people √P"),
        (["* np.sqrt(len(person))", "/ np.sqrt(len(person))"], "error mean over people"),
        (["person.std() * np.sqrt(len(person))", "person.sem()"], "error mean over people"),
        (["person.std()", "person.std(ddof=0)"], "error ddof=0 ddof=1"),
        (["person.std()", "np.std(person.to_numpy())"], "error ddof=0 ddof=1"),
        (["np.asarray(ours) - np.asarray(theirs)", "np.asarray(theirs) - np.asarray(ours)"], "lead other model wrong way"),
        (["return leads.sum()", "return leads.mean()"], "lead mean sum"),
        (["return leads.sum()", "return -2 * leads.sum()"], "lead deviances −2"),
    ],
    "split_row": [
        (["!= i", "!= i - 1"], "row before"),
        (["for keep in (rest, ~rest)", "for keep in (~rest, rest)"], "rest row swapped"),
        (["np.arange(len(data.y)) != i", "data.subject_idx != data.subject_idx[i]"], "subject one row"),
        (["np.arange(len(data.y)) != i", "~(data.subject_idx == data.subject_idx[i])"], "subject one row"),
    ],
    "mean_density": [
        (["logsumexp(log_density, axis=0) - np.log(n_draws)", "log_density.mean(axis=0)"], "mean of the logarithms logarithm of the mean"),
        (["logsumexp(log_density, axis=0) - np.log(n_draws)", "sum(log_density) / n_draws"], "mean of the logarithms logarithm of the mean"),
        (["- np.log(n_draws)", ""], "sum divide number of draws"),
        (["axis=0", "axis=1", "len(log_density)", "log_density.shape[1]"], "over the rows over the draws"),
        (["logsumexp(log_density, axis=0) - np.log(n_draws)", "np.log(np.exp(log_density).mean(axis=0))"], "infinity logsumexp"),
        (["logsumexp(log_density, axis=0) - np.log(n_draws)", "np.log(np.mean([np.exp(row) for row in log_density], axis=0))"], "infinity logsumexp"),
        (["logsumexp(log_density, axis=0) - np.log(n_draws)", "(logsumexp(log_density, axis=0) - np.log(n_draws)).sum()"], "added up each row"),
        (["logsumexp(log_density, axis=0) - np.log(n_draws)", "-2 * (logsumexp(log_density, axis=0) - np.log(n_draws))"], "−2 deviance"),
    ],
    "equal_scores": [
        (["1 / narrow**2 - 1 / wide**2", "1 / narrow - 1 / wide"], "standard deviations squares"),
        (["2 * np.log", "np.log"], "without the 2"),
        (["np.sqrt(2 * np.log(wide / narrow) / precisions)", "2 * np.log(wide / narrow) / precisions"], "square"),
        (["np.sqrt(2 * np.log(wide / narrow) / precisions)", "-np.sqrt(2 * np.log(wide / narrow) / precisions)"], "sign"),
    ],
    "pareto_threshold": [
        (["log10", "log"], "natural 10"),
        (["min(0.7, 1 - 1 / np.log10(n_draws))", "1 - 1 / np.log10(n_draws)"], "above 0.7 at most"),
        (["min(0.7, 1 - 1 / np.log10(n_draws))", "0.7"], "0.7 whatever"),
        (["min(", "max("], "at least at most"),
    ],
    "without_each": [
        (["ddof=1", "ddof=0"], "error ddof=0 ddof=1"),
        (["r.std(ddof=1)", "r.std()"], "error ddof=0 ddof=1"),
        (["* np.sqrt(len(r))", "/ np.sqrt(len(r))"], "error mean sum"),
        (["* np.sqrt(len(r))", ""], "error standard deviation √P"),
        (["np.array([r.sum() for r in rest])", "leads"], "lead own others"),
        (["np.array([r.sum() for r in rest])", "np.full(len(leads), leads.sum())"], "lead all leave out"),
    ],
    "best_weight": [
        (["return weight[", "return 1 - weight["], "second first"),
        (["np.exp(ours)", "np.exp(theirs)", "(1 - weight, np.exp(theirs))", "(1 - weight, np.exp(ours))"], "second first"),
    ],
    "log_marginal": [
        (["sigma**2 *", "sigma *"], "diagonal σ²"),
        (["np.column_stack([np.ones_like(x), x])", "x[:, None]"], "intercept ones"),
        (["np.column_stack([np.ones_like(x), x])", "np.ones((len(x), 1))"], "slope column of x"),
        ([".logpdf(y)", ".pdf(y)"], "density logarithm"),
        ([".logpdf(y)", ".logpdf(y) - sigma"], "prior without"),
        ([".logpdf(y)", ".logpdf(y) - sigma + np.log(sigma)"], "prior stretch without"),
    ],
    "weights_of_sigma": [
        (["-sigma + np.log(sigma)", "-sigma"], "stretch factor σ"),
        (["-sigma + np.log(sigma)", "np.log(np.exp(-sigma))"], "stretch factor σ"),
        (["-sigma + np.log(sigma)", "np.log(sigma)"], "prior Exponential(1)"),
        (["-sigma + np.log(sigma)", "-sigma - np.log(sigma)"], "stretch upside down"),
        (["total + np.log(step)", "total"], "log_evidence width steps"),
        (["total + np.log(step)", "np.exp(total + np.log(step))"], "log_evidence logarithm"),
        (["np.exp(log_density - total)", "log_density - total"], "weight logarithm"),
        (["np.exp(log_density - total)", "np.exp(log_density - max(log_density))"], "weight add up to 1"),
    ],
    "day_correlations": [
        (["+ sigma**2", ""], "noise σ²"),
        (["+ sigma**2", "+ sigma"], "σ σ²"),
        (["(shared / np.sqrt(np.outer(total, total)))", "shared"], "covariance standard deviations"),
        (["tau_alpha**2 + tau_beta**2 * np.outer(x, x)", "tau_alpha**2 + 0 * np.outer(x, x)"], "intercepts alone"),
        (["np.diag(shared) + sigma**2", "np.diag(shared)"], "noise σ²"),
    ],
    "interval_by_weight": [
        (["[0.055, 0.945]", "[0.05, 0.95]"], "5 % 95 % 90 %"),
        (["- weight / 2", ""], "half node"),
        (["np.exp(ends)", "ends"], "low logarithm"),
        (["    below =", "    return np.quantile(sigma, [0.055, 0.945])\n    below ="], "nodes weights"),
    ],
    "without_person": [
        (["!= s", "== s"], "that person others"),
        (["data.subject_idx != s", "~(data.subject_idx != s)"], "that person others"),
        (["data.subject_idx != s", "np.arange(len(data.y)) != s"], "row s rows of subject"),
    ],
    "covariance_of_rows": [
        (["same * shared", "shared"], "two people not correlated"),
        ([" + sigma**2 * np.eye(len(x))", ""], "without the noise diagonal"),
        (["sigma**2 * np.eye(len(x))", "sigma**2"], "any two rows independent"),
        (["tau_alpha**2 + tau_beta**2", "tau_alpha + tau_beta", "sigma**2", "sigma"], "standard deviations variances"),
        ([" + tau_beta**2 * np.outer(x, x)", ""], "intercepts alone slopes"),
    ],
    "restricted_log_likelihood": [
        (["    logs += np.linalg.slogdet(precision)[1]\n", ""], "precision of the line determinant"),
        (["logs += ", "logs -= "], "wrong way"),
        (["(len(y) - 2)", "len(y)"], "n log 2π"),
        (["return -0.5 *", "return"], "−2 log L"),
        (["return -0.5 *", "return 0.5 *"], "−log L"),
        (["line = np.linalg.solve(precision, weighted.T @ y)", "line = np.linalg.lstsq(X, y)[0]"], "least-squares line weights"),
    ],
    "population_line": [
        (["np.sqrt(np.diag(covariance))", "np.diag(covariance)"], "errors variances roots"),
        (["np.sqrt(np.diag(covariance))", "1 / np.sqrt(np.diag(X.T @ weighted))"], "errors diagonal precision invert"),
        (["line = covariance @ weighted.T @ y", "line = np.linalg.lstsq(X, y)[0]"], "line least-squares weight"),
    ],
    "full_log_likelihood": [
        (["len(y) * np.log", "(len(y) - 2) * np.log"], "(n − 2) all n"),
        (["    return -0.5 * (square + logs)", "    logs += np.linalg.slogdet(X.T @ weighted)[1] - 2 * np.log(2 * np.pi)\n    return -0.5 * (square + logs)"], "restricted not averaged"),
        (["return -0.5 *", "return"], "−2 log L"),
        (["return -0.5 *", "return 0.5 *"], "−log L"),
    ],
    "conditional_mode": [
        (["return line + ", "return "], "deviation alone add"),
        (["y - X @ line", "y"], "rows themselves line off"),
        (["sigma**2", "sigma"], "σ variance"),
        (["tau_alpha**2, tau_beta**2", "tau_alpha, tau_beta"], "spreads variances"),
        (["return line + T", "line = np.zeros(2)\n    return line + T"], "pulled towards zero"),
    ],
    "reml_spread": [
        (["ddof=1", "ddof=0"], "n − 1"),
        ([" - error**2", ""], "errors away"),
        (["error**2", "error"], "e²"),
        (["np.sqrt(np.maximum(left, 0))", "np.maximum(left, 0)"], "variance root"),
    ],
    "narrowest_day": [
        (["days = scaler.to_days(x.to_numpy())", "days = x.to_numpy()"], "standardised scale"),
        (["x = -draws", "x = draws"], "other sign"),
        (['draws["tau_alpha"] / draws["tau_beta"]', 'draws["tau_beta"] / draws["tau_alpha"]'], "ratio τ_α / τ_β"),
        (["[0.055, 0.5, 0.945]", "[0.05, 0.5, 0.95]"], "0.055 0.945"),
    ],
    "moved_population": [
        (["covariance + by * tau_beta**2", "covariance - by * tau_beta**2", "+ by * (covariance", "- by * (covariance"], "before after"),
        (["return tau, moved / (tau * tau_beta)", "return tau, rho"], "rho old correlation"),
        (["moved / (tau * tau_beta)", "moved"], "rho covariance divide"),
        (["tau = np.sqrt(variance)", "tau = variance"], "variance standard deviation"),
    ],
    "cholesky_of_two": [
        (["return np.array([", "return np.transpose(["], "upper lower"),
        (["np.sqrt(1 - rho**2)", "1 - rho**2"], "square root"),
        (["np.sqrt(1 - rho**2)", "1 - rho"], "1 − ρ place"),
        (["[tau_alpha, 0.0]", "[1.0, 0.0]", "[rho * tau_beta, rest * tau_beta]", "[rho, rest]"], "root correlation matrix"),
    ],
    "lkj_density": [
        (["(eta - 1) / total", "eta / total"], "exponent η − 1"),
        (["/ total", "/ (total / 2)"], "stretched half"),
        (["(eta - 1) / total", "(eta - 1)"], "integral one"),
        (["return (1 - rho**2) ** (eta - 1) / total", "import numpy as np\n    return np.log((1 - rho**2) ** (eta - 1) / total)"], "logarithm"),
    ],
    "pulled_pair": [
        (["/ sigma**2", "/ sigma"], "σ precision row"),
        (["np.linalg.inv(covariance)", "covariance"], "inverse"),
        (["+ prior @ mu", ""], "zero mu"),
        (["np.linalg.inv(covariance)", "np.diag(1 / np.diag(covariance))"], "independent whole covariance"),
    ],
    "share_below_zero": [
        (["-mu / tau", "mu / tau"], "above below"),
        (["norm.cdf(-mu / tau).mean()", "(mu < 0).mean()"], "average stranger τ"),
        (["-mu / tau", "-mu / tau**2"], "variance τ²"),
    ],
    "joint_density": [
        (["np.diag(tau**2)", "np.diag(tau)"], "τ τ²"),
        (["sigma**2 *", "sigma *"], "σ σ²"),
        (["(X @ mu, covariance)", "(0 * y, covariance)"], "centre X μ"),
        (["X @ np.diag(tau**2) @ X.T + noise", "noise"], "average person known"),
        (["X @ np.diag(tau**2) @ X.T + noise", "np.diag(np.diag(X @ np.diag(tau**2) @ X.T + noise))"], "single rows share the line correlated"),
        ([".logpdf(y)", ".pdf(y)"], "density logarithm"),
    ],
    "icc": [
        (["return people /", "return sigma**2 /"], "days people"),
        (["people + sigma**2", "sigma**2"], "ratio sum of both"),
        (["tau_beta**2 * x**2", "tau_beta**2 * x"], "x²"),
        ([" + tau_beta**2 * x**2", " + 0 * x"], "intercepts slopes"),
    ],
    "same_order": [
        (["return 0.5 + np.arcsin(r) / np.pi", "return r"], "correlation probability"),
        (["0.5 +", "0.5 -"], "turns round"),
        (["np.arcsin", "np.arccos"], "arccos arcsin"),
        (["tau_alpha**2 + tau_beta**2 *", "tau_alpha + tau_beta *"], "standard deviations τ²"),
    ],
    "one_by_one": [
        (["return norm.logpdf(new) - np.log(np.diag(root))", "return norm.logpdf(new)"], "change of scale"),
        (["root = np.linalg.cholesky(X @ np.diag(tau**2) @ X.T + noise)", "root = np.diag(np.sqrt(np.diag(X @ np.diag(tau**2) @ X.T + noise)))"], "by itself before"),
        (["norm.logpdf(new) - np.log(np.diag(root))", "(norm.logpdf(new) - np.log(np.diag(root))).sum()"], "sum each"),
        (["np.diag(tau**2)", "np.diag(tau)"], "τ τ²"),
    ],
    "row_weights": [
        (["return ((freedom", "z = z.mean(axis=0)\n    freedom = nu.mean()\n    return np.asarray((freedom", "(freedom + z**2)).mean(axis=0)", "(freedom + z**2))"], "mean residual each draw"),
        (["residual / sigma[:, None]", "residual"], "units of sigma divide"),
        (["((freedom + 1)", "(freedom"], "numerator"),
        (["z**2", "abs(z)"], "square"),
        (["mean(axis=0)", "mean(axis=1)"], "over the rows each draw"),
        (["    return ((freedom + 1) / (freedom + z**2)).mean(axis=0)", "    return (((freedom + 1) / (freedom + z**2)) ** 0.5).mean(axis=0)"], "square root"),
    ],
    "pull": [
        (["z * (nu + 1)", "(nu + 1)"], "weight residual times"),
        (["z * (nu + 1)", "abs(z) * (nu + 1)"], "sign"),
        (["(nu + 1)", "nu"], "numerator"),
        (["z**2", "abs(z)"], "square"),
        (["z * (nu + 1) / (nu + z**2)", "z"], "normal"),
    ],
    "fit_regimes": [
        (["keys = jax.random.split(key, 3)", "keys = [key, key, key]"], "same key split"),
        (["key=each", "key=key"], "same key split"),
        (["key=each", "key=jax.random.PRNGKey(0)"], "same key split"),
        (["jax.random.split(key, 3)", "jax.random.split(jax.random.PRNGKey(1), 3)"], "key gets own"),
        (["fit(model, data", "fit(complete_pooling, data"], "no_pooling model complete_pooling"),
        (["models = complete_pooling, no_pooling", "models = no_pooling, complete_pooling", "model.__name__:", "name:", "for model, each in zip(models, keys)", 'for name, model, each in zip(("complete_pooling", "no_pooling", "partial_pooling"), models, keys)'], "complete_pooling model no_pooling"),
        (["model.__name__:", "model:"], "no fit named complete_pooling"),
        (["fit(model, data, key=each)", "model"], "complete_pooling not what fit returned"),
    ],
    "replicate": [
        (["return data.scaler.to_ms(np.asarray(made[\"obs\"], float))", 'return np.asarray(made["obs"], float)'], "standardised scale to_ms"),
        (["data.scaler.to_ms(np.asarray(made[\"obs\"], float))", 'made["obs"] * data.scaler.reaction_sd'], "only scaled mean"),
        (["data.scaler.to_ms(np.asarray(made[\"obs\"], float))", 'made["obs"]'], "standardised scale to_ms"),
        (["made = simulate(key, *rows,", "made = simulate(key, *rows, y=data.y,"], "observed without"),
        (["made = simulate(key,", "made = simulate(jax.random.PRNGKey(0),"], "key own"),
        (["    return ", '    samples = {n: v.reshape(-1, *v.shape[2:]) for n, v in samples.items()}\n    lines = samples["alpha_s"][:, data.subject_idx] + samples["beta_s"][:, data.subject_idx] * data.x\n    return data.scaler.to_ms(lines.reshape(4, 120, -1))\n    return '], "lines noise σ missing"),
        (["draws[name].to_numpy()", "np.broadcast_to(draws[name].to_numpy().mean((0, 1)), draws[name].shape)"], "posterior means another draw"),
        (['made["obs"], float))', 'made["obs"], float).reshape(480, -1))'], "shape chain draw row"),
        (['np.asarray(made["obs"], float)', 'np.asarray(made["obs"], float)[..., :1] * np.ones(len(data.y))'], "scatter line"),
    ],
    "leapfrog": [
        (["step / 2 * slope(new)", "step / 2 * slope(q)"], "speed old place new one"),
        (["half = p - step / 2", "half = p - step", "half - step / 2", "half - step"], "whole changes half"),
        (["return new, half - step / 2 * slope(new)", "return new, half"], "second half"),
        (["p - step / 2 * slope(q)", "p + step / 2 * slope(q)", "half - step / 2", "half + step / 2"], "sign down"),
        (["q + step * half", "q + step * p"], "old speed half a step first"),
    ],
    "degree_of_centring": [
        (["return levels, slopes", "return 1 - levels, 1 - slopes"], "left population one minus"),
        (["(sigma / tau_alpha) ** 2", "sigma / tau_alpha", "(sigma / tau_beta) ** 2", "sigma / tau_beta"], "variances"),
        (["(sigma / tau_alpha) ** 2", "(tau_alpha / sigma) ** 2", "(sigma / tau_beta) ** 2", "(tau_beta / sigma) ** 2"], "ratio"),
        (["off = x - (np.bincount(subject_idx, x) / n)[subject_idx]", "off = x"], "slopes own mean"),
        (["return levels, slopes", "return slopes, levels"], "swapped"),
    ],
    "ess_per_gradient": [
        (["bulk.min()", "bulk.mean()"], "mean worst"),
        (["bulk.min()", "bulk.max()"], "best worst"),
        (["1000 * ", ""], "each single gradient 1000"),
        (["steps.sum()", "steps.size"], "draws steps"),
        (["steps.sum()", "steps.mean()"], "mean sum"),
    ],
    "step_limit": [
        ([".max()", ".min()"], "widest most curved"),
        (["np.sqrt(largest)", "largest"], "square root"),
        (["2 / np", "1 / np"], "one width two"),
        (["np.linalg.eigvalsh(curvature).max()", "np.diag(curvature).max()"], "diagonal eigenvalue"),
    ],
    "unevenness": [
        (["width.max() / width.min()", "width.min() / width.max()"], "narrowest over the widest"),
        (["tau**degree", "tau ** (1 - degree)"], "power one minus c"),
        (["np.sqrt(left)", "left"], "leaves over root"),
        (["tau**degree * np.sqrt(left)", "tau**degree"], "prior rows narrow"),
        (["width.max() / width.min()", "width.max() - width.min()"], "minus divide"),
    ],
    "row_covariance": [
        (["same * shared", "shared"], "one person's different people"),
        ([" + sigma**2 * jnp.eye(len(x))", ""], "noise diagonal"),
        (["tau_alpha**2 + tau_beta**2", "tau_alpha + tau_beta", "sigma**2", "sigma"], "standard deviations squares"),
        (["sigma**2 * jnp.eye(len(x))", "sigma**2"], "everywhere independent"),
    ],
}
# fmt: on


def edited(name, pairs):
    """A function as one writes it who makes a slip."""
    path, code = SOURCES[name]
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in code, (name, old)
        code = code.replace(old, new)
    file = f"<slip {hash(code)}>"
    linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    namespace = with_imports(path)
    for other, source in exercises(path):
        if other != name:
            exec(compile(source, other, "exec"), namespace)
    exec(compile(code, file, "exec"), namespace)
    return namespace[name]


@pytest.mark.parametrize(
    ("name", "pairs", "words"),
    [(name, *slip) for name, slips in SLIPS.items() for slip in slips],
)
def test_a_slip_is_refused_and_its_reason_told(name, pairs, words):
    verdict = check_function(name, edited(name, pairs))
    assert not verdict.passed
    assert "Read again: " in verdict.message
    plain = verdict.message.replace("`", "")
    assert [word for word in words.split() if word not in plain] == [], verdict.message


def test_each_exercise_has_slips():
    assert {*SLIPS, *MODELS} == {*SOURCES}
    assert all(len(slips) >= 2 for slips in SLIPS.values())
