using System.Globalization;
using System.Text;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Litmus.Runs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>Results of litmus tests in herd's format.</summary>
internal static class LitmusRendering
{
    public static string Render(IReadOnlyList<LitmusOutput> outputs)
    {
        var text = new StringBuilder();
        foreach (var output in outputs)
        {
            if (output.Result is { } result)
                Write(text, result);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, LitmusResult result)
    {
        var test = result.Test;
        string kind = test.Condition.Quantifier switch
        {
            LitmusQuantifier.Exists => "Allowed",
            LitmusQuantifier.NotExists => "Forbidden",
            _ => "Required",
        };
        text.Append(CultureInfo.InvariantCulture, $"Test {test.Name} {kind}\nStates {result.States.Length}\n");
        foreach (string state in result.States)
            text.Append(state).Append('\n');
        string cut = $"{(result.IsOutOfTime ? "time" : "memory")} ran out";
        text.Append(result.IsOk switch
        {
            true => "Ok",
            false => "No",
            null => $"Not decided: {cut}",
        }).Append('\n');
        if (!result.IsComplete && result.IsOk is not null)
            text.Append("Not complete: ").Append(cut).Append('\n');
        text.Append(
            CultureInfo.InvariantCulture, $"Witnesses\nPositive: {result.Positive} Negative: {result.Negative}\n");
        foreach (string flag in result.Flags)
            text.Append("Flag ").Append(flag).Append('\n');
        text.Append("Condition ").Append(test.Condition.Text).Append('\n');
        text.Append(
            CultureInfo.InvariantCulture,
            $"Observation {test.Name} {result.Observation} {result.Positive} {result.Negative}\n");
        if (result.RestsOnOrder is { } pair)
            text.Append("Remark ").Append(pair).Append('\n');
        text.Append('\n');
    }
}
